# SPDX-License-Identifier: MIT
"""Frames, built byte by byte: also those that no stack would send.

Each function wraps a payload in one header. Fields that are None are computed.
"""
import socket
import struct

CLIENT_MAC = bytes.fromhex("0200000000c0")
ROUTER_MAC = bytes.fromhex("0200000000e0")
BROADCAST = b"\xff" * 6

IP4, IP6, ARP, VLAN, QINQ, LLDP = 0x0800, 0x86DD, 0x0806, 0x8100, 0x88A8, 0x88CC
ICMP, IGMP, TCP, UDP, GRE, ESP, AH, ICMP6, SCTP = 1, 2, 6, 17, 47, 50, 51, 58, 132
HOP, ROUTING, FRAGMENT, NO_NEXT, DEST = 0, 43, 44, 59, 60
FIN, SYN, RST, PSH, ACK = 1, 2, 4, 8, 16


def checksum(data):
    data += b"\0" * (len(data) % 2)
    total = sum(struct.unpack("!%dH" % (len(data) // 2), data))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


def ether(payload, kind=IP4, dst=ROUTER_MAC, src=CLIENT_MAC, tags=()):
    """tags: (ethertype, vlan id), outermost first."""
    head = dst + src
    for tag, vlan in tags:
        head += struct.pack("!HH", tag, vlan)
    return head + struct.pack("!H", kind) + payload


def llc(payload, dst=ROUTER_MAC):
    """802.3 with LLC/SNAP: a length where the ethertype stands."""
    body = b"\xaa\xaa\x03\0\0\0\x08\0" + payload
    return dst + CLIENT_MAC + struct.pack("!H", len(body)) + body


def ip4(payload, src, dst, proto=UDP, options=b"", ihl=None, length=None, ident=1, offset=0,
        more=False, ttl=64, tos=0, version=4):
    """offset: of the fragment, in bytes."""
    ihl = 5 + len(options) // 4 if ihl is None else ihl
    length = 20 + len(options) + len(payload) if length is None else length
    fragment = offset // 8 | (0x2000 if more else 0)
    head = struct.pack("!BBHHHBBH4s4s", version << 4 | ihl, tos, length, ident, fragment, ttl,
                       proto, 0, socket.inet_aton(src), socket.inet_aton(dst)) + options
    return head[:10] + struct.pack("!H", checksum(head)) + head[12:] + payload


def ip6(payload, src, dst, proto=UDP, length=None, hops=64, version=6):
    length = len(payload) if length is None else length
    return struct.pack("!IHBB", version << 28, length, proto, hops) + \
        socket.inet_pton(socket.AF_INET6, src) + socket.inet_pton(socket.AF_INET6, dst) + payload


def ext(payload, proto, words=0):
    """Hop-by-hop, routing or destination options: 8 + 8 * words bytes, padding inside."""
    body = b"\x01" + bytes([4 + 8 * words]) + b"\0" * (4 + 8 * words) if words < 31 else b""
    return struct.pack("!BB", proto, words) + body[:6 + 8 * words] + payload


def routing(payload, proto):
    return struct.pack("!BBBB4x", proto, 0, 4, 0) + payload


def fragment6(payload, proto, offset=0, more=False, ident=1):
    return struct.pack("!BBHI", proto, 0, offset & ~7 | more, ident) + payload


def ah(payload, proto):
    return struct.pack("!BBHII12x", proto, 4, 0, 1, 1) + payload


def udp(payload, sport=40000, dport=53, length=None):
    length = 8 + len(payload) if length is None else length
    return struct.pack("!HHHH", sport, dport, length, 0) + payload


def tcp(payload, sport=40000, dport=80, flags=SYN, offset=None, options=b""):
    offset = 5 + len(options) // 4 if offset is None else offset
    return struct.pack("!HHIIBBHHH", sport, dport, 1, 0, offset << 4, flags, 1024, 0, 0) + \
        options + payload


def sctp(payload, sport=40000, dport=5000):
    return struct.pack("!HHII", sport, dport, 1, 0) + payload


def icmp(payload, kind=8, code=0):
    return struct.pack("!BBHHH", kind, code, 0, 1, 1) + payload


def arp(payload=b"", sender="192.0.2.2", target="192.0.2.1"):
    return struct.pack("!HHBBH6s4s6s4s", 1, IP4, 6, 4, 1, CLIENT_MAC, socket.inet_aton(sender),
                       b"\0" * 6, socket.inet_aton(target)) + payload


def neighbour(payload=b"", src="2001:db8:1::2", target="2001:db8:1::1", hops=255):
    """A neighbour solicitation; its checksum is wrong, so that no stack answers."""
    body = struct.pack("!BBHI", 135, 0, 0, 0) + socket.inet_pton(socket.AF_INET6, target)
    return ip6(body + payload, src, target, ICMP6, hops=hops)
