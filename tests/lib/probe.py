#!/usr/bin/python3 -SE
# SPDX-License-Identifier: MIT
"""UDP probes from the lab's client through the router: which of them reach the server.

    probe.py once COPIES FLOW...	prints how many of each flow arrived
    probe.py stream RATE FILE FLOW...	RATE of each flow a second, until SIGTERM; FILE then has a
					line: sent of each, and how many of each flow arrived

A flow is SOURCE,PORT. What arrives twice counts twice. The end of both is a datagram from the
client to port 7, which must be allowed: what was sent before it is there before it.
"""
import os
import signal
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.realpath(__file__)))
from frames import ether, ip4, ip6, udp, IP6  # noqa: E402
from lab import SCALE, raw_socket, received  # noqa: E402

FENCE_SECONDS = 20

SERVER4, SERVER6 = "198.51.100.2", "2001:db8:2::2"


def build(flow, mark):
    source, port = flow.split(",")
    body = udp(mark, dport=int(port))
    if ":" in source:
        return ether(ip6(body, source, SERVER6), IP6)
    return ether(ip4(body, source, SERVER4))


def flows(args):
    """Their marks, and a frame of each."""
    marks = [b"fwd-probe-%d-%d." % (os.getpid(), i) for i in range(len(args))]
    return marks, [build(flow, mark) for flow, mark in zip(args, marks)]


def sockets():
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})  # so that frames keep their order
    return raw_socket("client", "c0", False), raw_socket("server", "s0")


def last(out, behind, marks):
    """Count what was sent and is not read yet."""
    fence = b"fwd-fence-%d." % os.getpid()
    out.send(build("192.0.2.2,7", fence))
    return received(behind, marks, FENCE_SECONDS, fence)


def once(copies, *args):
    out, behind = sockets()
    marks, frames = flows(args)
    for _ in range(int(copies)):
        for frame in frames:
            out.send(frame)
    counts = last(out, behind, marks)
    print(*[counts[mark] for mark in marks])


def stream(rate, path, *args):
    out, behind = sockets()
    marks, frames = flows(args)
    counts, sent, stop = dict.fromkeys(marks, 0), 0, []

    def add(more):
        for mark, count in more.items():
            counts[mark] += count

    signal.signal(signal.SIGTERM, lambda *_: stop.append(1))
    open(path, "w").close()
    start = time.monotonic()
    while not stop:
        for frame in frames:
            out.send(frame)
        sent += 1
        pause = max(0.0005, start + sent / float(rate) - time.monotonic())
        add(received(behind, marks, pause / SCALE))
    add(last(out, behind, marks))
    with open(path, "w") as file:
        print(sent, *[counts[mark] for mark in marks], file=file)


if __name__ == "__main__":
    {"once": once, "stream": stream}[sys.argv[1]](*sys.argv[2:])
