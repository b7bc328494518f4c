#!/usr/bin/python3 -SE
# SPDX-License-Identifier: MIT
"""Echo requests, all at once: how many of them are answered.

    echo.py COUNT [-I SOURCE] [-s SIZE] ADDRESS

Waits for a while for the first answer, and for longer for the others once there is one: an answer that
is late on a busy machine is not a lost one.
"""
import os
import select
import socket
import struct
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.realpath(__file__)))
from frames import checksum  # noqa: E402
from lab import SCALE  # noqa: E402

FIRST_SECONDS, OTHERS_SECONDS = 2, 20
KINDS = {socket.AF_INET: (socket.IPPROTO_ICMP, 8, 0),
         socket.AF_INET6: (socket.IPPROTO_ICMPV6, 128, 129)}


def main(count, *args):
    options = dict(zip(args[0:-1:2], args[1:-1:2]))
    family = socket.AF_INET6 if ":" in args[-1] else socket.AF_INET
    protocol, request, reply = KINDS[family]
    sock = socket.socket(family, socket.SOCK_RAW, protocol)
    if "-I" in options:
        sock.bind((options["-I"], 0))
    ident, body = os.getpid() & 0xFFFF, b"." * int(options.get("-s", 56))
    for number in range(int(count)):
        message = struct.pack("!BBHHH", request, 0, 0, ident, number) + body
        # The kernel fills in that of IPv6.
        message = message[:2] + struct.pack("!H", checksum(message)) + message[4:]
        sock.sendto(message, (args[-1], 0))
    answered, end = set(), time.monotonic() + FIRST_SECONDS * SCALE
    while len(answered) < int(count):
        left = end - time.monotonic()
        if left <= 0 or not select.select([sock], [], [], left)[0]:
            break
        data = sock.recv(65535)
        if family == socket.AF_INET:
            data = data[(data[0] & 15) * 4:]
        kind, _, _, whose, number = struct.unpack("!BBHHH", data[:8])
        if (kind, whose) == (reply, ident):
            if not answered:
                end = time.monotonic() + OTHERS_SECONDS * SCALE
            answered.add(number)
    print(len(answered))


if __name__ == "__main__":
    main(*sys.argv[1:])
