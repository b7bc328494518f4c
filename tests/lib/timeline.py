#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""When probes of one flow reach the server: a line for each that does, until SIGTERM.

    timeline.py RATE FILE FLOW		RATE a second

A flow is SOURCE,PORT, as of probe.py. A line has two times: not before the first it was sent, and not
behind the second it arrived; ms of the clock that now_ms of test.sh reads.
"""
import os
import select
import signal
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.realpath(__file__)))
from lab import raw_socket  # noqa: E402
from probe import build  # noqa: E402


def clock():
    return time.clock_gettime(time.CLOCK_BOOTTIME)


def main(rate, path, flow):
    out, behind = raw_socket("client", "c0", False), raw_socket("server", "s0")
    mark = b"fwd-timeline-%d." % os.getpid()
    stop, start, sent = [], clock(), 0
    signal.signal(signal.SIGTERM, lambda *_: stop.append(1))
    with open(path, "w", buffering=1) as file:
        while not stop:
            wait = start + sent / float(rate) - clock()
            if wait <= 0:
                out.send(build(flow, mark + b"%d." % int(clock() * 1000)))
                sent += 1
            elif select.select([behind], [], [], wait)[0]:
                frame = behind.recv(65535)
                if mark in frame:
                    when = frame.split(mark)[1].split(b".")[0].decode()
                    print(when, int(clock() * 1000), file=file)


if __name__ == "__main__":
    main(*sys.argv[1:])
