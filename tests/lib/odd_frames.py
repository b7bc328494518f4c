#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Send what scanners and attackers send and no stack would, from the lab's client to its server.

    odd_frames.py IF COPIES

Prints a line for each kind of frame: what it is.
"""
import os
import socket
import sys

sys.path.insert(0, os.path.dirname(os.path.realpath(__file__)))
from frames import *  # noqa: E402,F403

SRC, DST = "192.0.2.2", "198.51.100.2"
SRC6, DST6 = "2001:db8:1::2", "2001:db8:2::2"
BOGON = "10.66.66.66"


def v4(payload, proto=UDP, src=SRC, tags=(), **fields):
    return ether(ip4(payload, src, DST, proto, **fields), tags=tags)


def v6(payload, proto):
    return ether(ip6(payload, SRC6, DST6, proto), IP6)


def chain(payload, headers):
    proto = TCP
    for _ in range(headers):
        payload, proto = ext(payload, proto), DEST
    return payload


def kinds():
    mark = b"fwd-demo-odd"
    datagram, segment = udp(mark, dport=9000), tcp(mark, dport=80)
    return [
        ("a bogon source, hidden behind a VLAN tag", v4(datagram, src=BOGON, tags=((VLAN, 10),))),
        ("a bogon source, hidden behind two (QinQ)",
         v4(datagram, src=BOGON, tags=((QINQ, 10), (VLAN, 20)))),
        ("IPv4 with a header length of 4 words", v4(datagram, ihl=4)),
        ("IPv4 that claims more bytes than came", v4(datagram, length=1400)),
        ("TCP with a data offset of 4", v4(tcp(mark, dport=80, offset=4), TCP)),
        ("a first fragment too small for its ports", v4(segment[:8], TCP, more=True, ident=7)),
        ("a fragment that would overwrite TCP's flags",
         v4(mark + b"....", TCP, offset=8, ident=8)),
        ("IPv6 with nine extension headers", v6(chain(segment, 9), DEST)),
    ]


def main():
    sock = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0)
    sock.bind((sys.argv[1], 0))
    for name, frame in kinds():
        for _ in range(int(sys.argv[2])):
            sock.send(frame)
        print(name)


if __name__ == "__main__":
    main()
