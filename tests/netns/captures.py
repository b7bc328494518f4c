#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Captures for test_capture.sh, in a folder: small ones of each kind, a large one, broken ones."""

import random
import struct
import sys

folder = sys.argv[1]
MACS = bytes.fromhex("020000000001020000000002")


def ip4(src, dst, proto, payload, length=None):
    total = 20 + (len(payload) if length is None else length)
    head = struct.pack("!BBHHHBBH4s4s", 0x45, 0, total, 1, 0, 64, proto, 0,
                       bytes(map(int, src.split("."))), bytes(map(int, dst.split("."))))
    return head + payload


def udp(src, dst, sport, dport, size=0):
    return ip4(src, dst, 17, struct.pack("!HHHH", sport, dport, 8 + size, 0) + bytes(size))


def tcp(src, dst, sport, dport):
    return ip4(src, dst, 6, struct.pack("!HHIIBBHHH", sport, dport, 0, 0, 0x50, 2, 0, 0, 0))


def frame(packet, tags=()):
    return MACS + b"".join(struct.pack("!HH", 0x8100, t) for t in tags) + b"\x08\x00" + packet


def pcap(name, packets, link=1, snap=65535):
    with open(f"{folder}/{name}", "wb") as out:
        out.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, snap, link))
        for packet in packets:
            kept = packet[:snap]
            out.write(struct.pack("<IIII", 1, 0, len(kept), len(packet)) + kept)


def block(kind, body):
    body += bytes(-len(body) % 4)
    size = 12 + len(body)
    return struct.pack("<II", kind, size) + body + struct.pack("<I", size)


def pcapng(name, packets):
    with open(f"{folder}/{name}", "wb") as out:
        out.write(block(0x0A0D0D0A, struct.pack("<IHHq", 0x1A2B3C4D, 1, 0, -1)))
        out.write(block(1, struct.pack("<HHI", 1, 0, 65535)))
        for packet in packets:
            out.write(block(6, struct.pack("<IIIII", 0, 0, 0, len(packet), len(packet)) + packet))


inside = "198.51.100.2"
few = [
    frame(tcp("192.0.2.7", inside, 4000, 443)),
    frame(udp("192.0.2.7", inside, 4000, 53)),
    frame(udp("192.0.2.66", inside, 4000, 9)),
    frame(tcp("192.0.2.7", inside, 4000, 443), (100,)),
    MACS + b"\x08\x06" + bytes(4),
]
pcap("few.pcap", few)
pcapng("few.pcapng", few)
pcap("short.pcap", few, snap=60)
pcap("raw.pcap", [f[14:] for f in few[:3]], link=101)
pcap("cooked.pcap", [struct.pack("!HHH8sH", 0, 1, 6, bytes(8), 0x800) + f[14:] for f in few[:3]],
     link=113)
pcap("wireless.pcap", few, link=105)
pcap("tiny.pcap", [b"", b"\x02" * 13, few[0]])
pcap("jumbo.pcap", [frame(udp("192.0.2.7", inside, 1, 53, n)) for n in (3300, 3400, 9000, 60000)])
pcap("none.pcap", [])

# The two ways to say too much: packets, and what is said of their length.
with open(f"{folder}/huge.pcap", "wb") as hostile:
    hostile.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 0x7FFFFFFF, 1))
    hostile.write(struct.pack("<IIII", 1, 0, 0x7FFFFFFF, 0x7FFFFFFF) + few[0])
with open(f"{folder}/lies.pcap", "wb") as hostile:
    hostile.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 1))
    hostile.write(struct.pack("<IIII", 1, 0, len(few[0]), 0xFFFFFFFF) + few[0])
    hostile.write(struct.pack("<IIII", 1, 0, len(few[0]), 3) + few[0])

rng = random.Random(int(sys.argv[2]) if len(sys.argv) > 2 else 1)
for name in ("few.pcap", "few.pcapng"):
    data = open(f"{folder}/{name}", "rb").read()
    for i in range(20):
        with open(f"{folder}/cut{i}.{name}", "wb") as out:
            out.write(data[:rng.randrange(len(data))])
        broken = bytearray(data)
        for _ in range(rng.randrange(1, 12)):
            broken[rng.randrange(len(broken))] = rng.randrange(256)
        with open(f"{folder}/bits{i}.{name}", "wb") as out:
            out.write(broken)

many = int(sys.argv[3]) if len(sys.argv) > 3 else 20000
pcap("many.pcap", (frame(udp(f"10.{i >> 16 & 255}.{i >> 8 & 255}.{i & 255}", inside, i & 0xFFFF,
                             53 if i % 4 == 0 else 9, 20 + i % 1400)) for i in range(many)))
