#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Somebody who may read and means harm: hostile.py SOCKET FILE [INTERFACE] loops what costs fwd most, until FILE is
there, and prints as JSON how many requests were answered, by op, and how many connections it made.

All at once: as many connections as he gets, each with a request on its way all the time; monitors and pages
that are never read; frames that do not end; connections opened and dropped.

hostile.py SOCKET places: how many connections he gets.
"""
import collections
import json
import os
import resource
import select
import socket
import struct
import sys
import threading

MAGIC, VERSION = 0x46574431, 1
ASKING, SILENT, HALF = 10, 3, 3  # connections; one user has 16
DROPPING = 24  # threads that open and drop more


def frame(text):
    body = text.encode()
    return struct.pack("!III", MAGIC, VERSION, len(body)) + body


def request(op, **args):
    return frame(json.dumps({"op": op, "args": args}))


def requests(interface):
    start = "0200000000010200000000020800450000280001000040060000c0000202cb0071099c4001bb"
    return {
        "rule.list": request("rule.list", offset=9000),
        "stats": request("stats"),
        "limit.show": request("limit.show", name="many", top=1000),
        "text": request("text"),
        "saved": request("text", saved=True),
        "first": request("text", revision=1),
        "set.show": request("set.show", name="feed"),
        "explain": request("explain", interface=interface, frames=[f"{start}/65535"] * 1000),
        "keys": frame('{"op":"version","args":{' + ",".join(f'"{i}":1' for i in range(70000)) + "}}"),
        "twice": frame('{"op":"version","args":{' + ",".join(['"a":1'] * 150000) + "}}"),
    }


class Asker:
    """One connection with a request on its way, always."""

    def __init__(self, path, name, data):
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.connect(path)
        self.name, self.data = name, data
        self.to_send, self.heard = data, b""

    def wants(self):
        return self.to_send

    def write(self):
        self.to_send = self.to_send[self.socket.send(self.to_send[:65536], socket.MSG_DONTWAIT):]

    def read(self):
        """1 if a reply was whole, 0 if not yet, None if fwd closed."""
        more = self.socket.recv(1 << 20)
        if not more:
            return None
        self.heard += more
        if len(self.heard) < 12:
            return 0
        size = 12 + struct.unpack("!III", self.heard[:12])[2]
        if len(self.heard) < size:
            return 0
        self.heard, self.to_send = self.heard[size:], self.data
        return 1


def drop_in_a_loop(path, stop, made):
    while not os.path.exists(stop):
        client = socket.socket(socket.AF_UNIX)
        try:
            client.connect(path)
            made["dropped"] += 1
        except OSError:
            pass
        client.close()


def hold(path, data, count):
    """Connections that have said something and then neither read nor write."""
    held = []
    for _ in range(count):
        client = socket.socket(socket.AF_UNIX)
        client.connect(path)
        try:
            client.send(data)
        except BrokenPipeError:
            pass  # one too many
        held.append(client)
    return held


def ask_in_a_loop(path, stop, interface, counts):
    rows = list(requests(interface).items())
    askers, number = [], 0
    while not os.path.exists(stop):
        while len(askers) < ASKING:
            askers.append(Asker(path, *rows[number % len(rows)]))
            number += 1
        by_fd = {asker.socket: asker for asker in askers}
        readable, writable, _ = select.select(
            by_fd, [asker.socket for asker in askers if asker.wants()], [], 0.2)
        for client in set(readable) | set(writable):
            asker = by_fd[client]
            try:
                if client in writable:
                    asker.write()
                got = asker.read() if client in readable else 0
            except OSError:
                got = None
            if got is None:
                client.close()
                askers.remove(asker)
            elif got:
                counts[asker.name] += 1


def places(path):
    held, got = hold(path, request("version"), 20), 0
    for client in held:
        got += b'"ok":true' in client.recv(4096)
    print(got)


def main(path, stop, interface="eth0"):
    if stop == "places":
        return places(path)
    resource.setrlimit(resource.RLIMIT_NOFILE, (1024, 1024))
    counts, made = collections.Counter(), collections.Counter()
    held = hold(path, request("monitor"), SILENT - 1)
    held += hold(path, request("text") * 4, 1)
    held += hold(path, frame("x" * 1000)[:100], HALF)
    droppers = [threading.Thread(target=drop_in_a_loop, args=(path, stop, made)) for _ in range(DROPPING)]
    for dropper in droppers:
        dropper.start()
    print("ready", flush=True)
    ask_in_a_loop(path, stop, interface, counts)
    for dropper in droppers:
        dropper.join()
    print(json.dumps({"answered": counts, "dropped": made["dropped"], "held": len(held)}))


main(*sys.argv[1:])
