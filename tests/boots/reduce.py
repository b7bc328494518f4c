#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""The kinds of packets in captures of boots, one packet of each.

	reduce.py FOLDER VERSIONS >captured.txt

FOLDER has SCENARIO.wan.pcap and SCENARIO.lan.pcap of capture.sh. Packets are of one kind if a policy
hardly sees a difference between them: addresses by what they are, ports of clients as one. For each kind there
are two lines: side, length, programs and what it is; and the packet's first bytes in hex.
"""
import glob
import os
import re
import struct
import sys
from socket import AF_INET, AF_INET6, inet_ntop

KEPT = 96  # bytes: all headers that are looked at
DHCP4 = {1: "discover", 2: "offer", 3: "request", 5: "ack", 6: "nak", 7: "release"}
DHCP6 = {1: "solicit", 2: "advertise", 3: "request", 4: "confirm", 5: "renew", 6: "rebind",
         7: "reply", 11: "information-request"}
SERVICES = {53, 67, 68, 80, 81, 123, 546, 547, 1900, 5353, 5355}

HOSTS = {b"\2\0\0\0\1\1": "isp", b"\2\0\0\0\2\2": "host1", b"\2\0\0\0\2\3": "host2",
         b"\2\0\0\0\2\4": "host3", b"\2\0\0\0\2\5": "host4"}
CLIENTS = {"host1": "systemd-networkd", "host2": "isc-dhcp-client", "host3": "dhcpcd",
           "host4": "NetworkManager"}
WITH_KEA = ("networkd", "dhcpcd")


def frames(path):
    data = open(path, "rb").read()
    at = 24
    while at + 16 <= len(data):
        kept, length = struct.unpack("<II", data[at + 8:at + 16])
        yield data[at + 16:at + 16 + kept], length
        at += 16 + kept


def what4(address):
    text = inet_ntop(AF_INET, address)
    for beginning, name in (("192.168.1.", "LAN host"), ("192.88.98.1", "next router"),
                            ("192.88.98.254", "next router"), ("192.88.98.", "router"),
                            ("192.88.99.", "far")):
        if text.startswith(beginning) and text not in ("192.168.1.1", "192.168.1.255"):
            return name
    return "router" if text == "192.168.1.1" else text


def what6(address):
    text = inet_ntop(AF_INET6, address)
    if text.startswith("ff02::1:ff"):
        return "solicited-node"
    for beginning, name in (("fe80:", "link-local"), ("2a00:1:", "far"), ("2a00:2:", "uplink's /64"),
                            ("2a00:3:", "delegated /64"), ("fd00:1:", "LAN's ULA")):
        if text.startswith(beginning):
            return name
    return text


def port(number):
    return str(number) if number in SERVICES else "high"


def dhcp(body, sport, dport):
    if {sport, dport} == {67, 68}:
        found = re.search(b"\x35\x01(.)", body[240:], re.S)
        return ": DHCP " + DHCP4.get(found.group(1)[0] if found else 0, "?")
    if {sport, dport} & {546, 547}:
        return ": DHCPv6 " + DHCP6.get(body[0], "?")
    return ""


def upper(proto, body, src, dst, hops):
    """What it is, and the ports: of UDP and TCP."""
    if proto in (6, 17):
        sport, dport = struct.unpack("!HH", body[:4])
        what = "%s %s port %s > %s port %s" % ("tcp" if proto == 6 else "udp", src, port(sport), dst,
                                               port(dport))
        if proto == 6:
            flags = [name for bit, name in ((2, "syn"), (4, "rst"), (1, "fin"), (8, "psh"), (16, "ack"))
                     if body[13] & bit]
            return what + " " + " ".join(flags), (sport, dport)
        return what + (", ttl %d" % hops if hops == 1 else "") + dhcp(body[8:], sport, dport), \
            (sport, dport)
    name = {1: "icmp", 2: "igmp", 58: "icmpv6", 112: "vrrp"}.get(proto, "protocol %d" % proto)
    detail = " type %d" % body[0] if proto in (2, 58) else \
        " type %d code %d" % (body[0], body[1]) if proto == 1 else ""
    limit = ", ttl %d" % hops if hops in (1, 255) else ""
    return "%s%s %s > %s%s" % (name, detail, src, dst, limit), ()


def kind_of(frame):
    """A sentence, the protocol and the ports."""
    ethertype = struct.unpack("!H", frame[12:14])[0]
    body = frame[14:]
    if ethertype == 0x0800:
        ihl = (body[0] & 15) * 4
        text, ports = upper(body[9], body[ihl:], what4(body[12:16]), what4(body[16:20]), body[8])
        return text + (", with options" if ihl > 20 else ""), body[9], ports
    if ethertype == 0x86DD:
        proto, at = body[6], 40
        while proto in (0, 60):
            proto, at = body[at], at + 8 + body[at + 1] * 8
        text, ports = upper(proto, body[at:], what6(body[8:24]), what6(body[24:40]), body[7])
        if proto == 58:
            proto = (58, body[at])
        return text + (", with a hop-by-hop header" if at > 40 else ""), proto, ports
    names = {0x0806: "arp %s" % {1: "request", 2: "reply"}.get(body[7], "?"), 0x88CC: "lldp"}
    return names.get(ethertype, "stp" if ethertype < 0x600 else "%#06x" % ethertype), ethertype, ()


def sender(scenario, frame, proto, ports):
    host = HOSTS.get(frame[6:12])
    kea = scenario in WITH_KEA
    if host is None and frame[6:8] != b"\2\0" or host is None:
        return "Linux bridge"
    if ports and 5353 in ports and host == "host1":
        return "avahi, systemd-resolved"
    if ports and 5355 in ports:
        return "systemd-resolved"
    if proto == 112:
        return "keepalived"
    if proto == 0x88CC:
        return "systemd-networkd" if host == "host1" else "lldpd"
    if ports and 123 in ports:
        return "chrony"
    if host == "isp":
        if ports and ports[0] in (67, 547):
            return ("kea" if kea else "dnsmasq")
        if ports and ports[0] == 53:
            return "dnsmasq"
        if proto == (58, 134):
            return "radvd" if kea else "dnsmasq"
        return "Linux"
    if ports and ({67, 68, 546, 547} & set(ports)):
        return CLIENTS[host]
    if ports and 53 in ports:
        return "dig"
    if proto == (58, 133) and host != "host2":
        return CLIENTS[host]
    return "Linux"


def main():
    kinds = {}
    for path in sorted(glob.glob(os.path.join(sys.argv[1], "*.pcap"))):
        scenario, side, _ = os.path.basename(path).split(".")
        for frame, length in frames(path):
            text, proto, ports = kind_of(frame)
            kind = kinds.setdefault((side, text), [length, frame, set()])
            kind[2].add(sender(scenario, frame, proto, ports))
    print("# What came in at a router's two interfaces when it and its LAN booted, one packet of each")
    print("# kind: side, length, programs: what it is; the first %d bytes. By capture.sh, with" % KEPT)
    for line in open(sys.argv[2]):
        print("#\t" + line.strip())
    for (side, text), (length, frame, programs) in sorted(kinds.items(), key=lambda k: (k[0][0] != "wan", k[0][1])):
        print("\n%s %d %s: %s\n%s" % (side, length, ", ".join(sorted(programs)), text,
                                      frame[:KEPT].hex()))


if __name__ == "__main__":
    main()
