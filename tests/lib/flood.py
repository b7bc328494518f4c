#!/usr/bin/python3 -SE
# SPDX-License-Identifier: MIT
"""Send copies of a frame, or count what arrives.

    flood.py send IF SRC DST DPORT SECONDS RATE [CPU] [MARKER] [SOURCES] [COPIES]
    flood.py count IF MARKER FILE

send: UDP over IPv4 (or IPv6, by the address), RATE a second (0: as fast as it can), from SOURCES
addresses counted up from SRC, until SECONDS are over or COPIES are out. Prints what it sent, and
when the first and the last went out (ns).
count: runs until SIGTERM; FILE always holds the number of frames with that marker.
"""
import os
import select
import signal
import socket
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.realpath(__file__)))
import frames  # noqa: E402

ETH_P_ALL = 0x0003
SO_RCVBUFFORCE = 33


def build(src, dst, dport, marker):
    body = frames.udp(marker + b"." * 18, dport=dport)
    if ":" in src:
        return frames.ether(frames.ip6(body, src, dst), frames.IP6)
    return frames.ether(frames.ip4(body, src, dst))


def send(interface, src, dst, dport, seconds, rate, cpu="", marker="fwd-flood", sources="1",
         copies="0"):
    if cpu:
        os.sched_setaffinity(0, {int(cpu)})
    sock = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0)
    sock.bind((interface, 0))
    import ipaddress  # takes long to load, and counting needs none
    first = ipaddress.ip_address(src)
    packets = [build(str(first + i), dst, int(dport), marker.encode())
               for i in range(int(sources))]
    period = 1 / float(rate) if float(rate) else 0
    count, errors = 0, 0
    start = last = time.monotonic_ns()
    end = start + int(float(seconds) * 1e9)
    while last < end and (copies == "0" or count < int(copies)):
        try:
            sock.send(packets[count % len(packets)])
            count += 1
        except OSError:
            errors += 1
        last = time.monotonic_ns()
        if period:
            wait = start / 1e9 + count * period - last / 1e9
            if wait > 0.0005:
                time.sleep(wait)
                last = time.monotonic_ns()
    print(count, start, last)


def count(interface, marker, path):
    sock = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(ETH_P_ALL))
    sock.setsockopt(socket.SOL_SOCKET, SO_RCVBUFFORCE, 64 << 20)
    sock.bind((interface, ETH_P_ALL))
    sock.setblocking(False)
    number, stop = 0, []
    signal.signal(signal.SIGTERM, lambda *_: stop.append(1))
    marker = marker.encode()
    out = open(path, "w", buffering=1)
    while True:
        while True:
            try:
                frame, address = sock.recvfrom(65535)
            except BlockingIOError:
                break
            if address[2] != socket.PACKET_OUTGOING and marker in frame:
                number += 1
        out.seek(0)
        out.write("%d\n" % number)
        out.flush()
        if stop:
            return
        try:
            select.select([sock], [], [], 0.1)
        except InterruptedError:
            pass


if __name__ == "__main__":
    {"send": send, "count": count}[sys.argv[1]](*sys.argv[2:])
