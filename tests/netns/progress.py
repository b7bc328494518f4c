#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Clients that look at long work.

progress.py ask SOCKET REQUEST     print each frame that comes, up to the reply
progress.py leave SOCKET REQUEST   ask, and go away without reading
progress.py latency SOCKET FILE    ask for the version until FILE is there; print the longest wait
progress.py terminal COMMAND...    print what the command writes to a terminal
"""
import json
import os
import pty
import socket
import struct
import sys
import time

MAGIC, VERSION = 0x46574431, 1


def connect(path):
    client = socket.socket(socket.AF_UNIX)
    client.connect(path)
    return client


def say(client, text):
    body = text.encode()
    client.sendall(struct.pack("!III", MAGIC, VERSION, len(body)) + body)


def hear(client):
    def take(size):
        data = b""
        while len(data) < size:
            more = client.recv(size - len(data))
            if not more:
                sys.exit("fwd closed the connection")
            data += more
        return data
    return json.loads(take(struct.unpack("!III", take(12))[2]))


def ask(path, request):
    client = connect(path)
    say(client, request)
    frame = {}
    while "ok" not in frame:
        frame = hear(client)
        print(json.dumps(frame), flush=True)


def leave(path, request):
    client = connect(path)
    client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1)
    say(client, request)
    time.sleep(0.05)


def latency(path, stop):
    client = connect(path)
    longest = 0.0
    while not os.path.exists(stop):
        start = time.monotonic()
        say(client, '{"op": "version"}')
        hear(client)
        longest = max(longest, time.monotonic() - start)
        time.sleep(0.005)
    print(f"{longest * 1000:.0f}")


def terminal(*command):
    status = pty.spawn(command)
    sys.exit(os.waitstatus_to_exitcode(status))


if __name__ == "__main__":
    {"ask": ask, "leave": leave, "latency": latency, "terminal": terminal}[sys.argv[1]](*sys.argv[2:])
