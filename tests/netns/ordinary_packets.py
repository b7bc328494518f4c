#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""The ordinary packets of an uplink and of a LAN, and what a default-deny router does with them.

	ordinary_packets.py KINDS NAME=ADDRESS...

KINDS, joined by commas, are those of the rows that the running policy is held against; the names
are the placeholders in them. One row: kind, interface, packet as `fwctl explain` has it, verdict,
source.
The table for readers is docs/default-deny.md. tests/boots has packets of real boots, which
test_captured.sh asks about.
"""
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.realpath(__file__)), "..", "lib"))
from lab import Control, Rows  # noqa: E402

# far: a host of the internet; isp: the next router, with a public address; isp_ll: link-local;
# hidden: a router on the way that has a private address; self: ours at the uplink; router: ours at
# the LAN; host: in the LAN.
DEFAULTS = {
    "far": "192.88.99.7", "far6": "2a00:1::7", "isp": "192.88.98.1", "isp_ll": "fe80::1",
    "hidden": "10.255.255.1", "self": "192.88.98.2", "self6": "2a00:2::2", "self_ll": "fe80::2",
    "host_ll": "fe80::5", "outside": "192.88.97.9",
}

ERRORS = [
    ("icmp", "3 code 4", "fragmentation needed", "RFC 1191"),
    ("icmp", "3 code 0", "network unreachable", "RFC 1812 5.2.7.1"),
    ("icmp", "3 code 1", "host unreachable", "RFC 1812 5.2.7.1"),
    ("icmp", "3 code 3", "port unreachable: end of a traceroute", "RFC 1122 3.2.2.1"),
    ("icmp", "3 code 13", "administratively prohibited", "RFC 1812 5.2.7.1"),
    ("icmp", "11 code 0", "TTL exceeded: a hop of a traceroute", "RFC 792"),
    ("icmp", "11 code 1", "reassembly time exceeded", "RFC 792"),
    ("icmp", "12 code 0", "parameter problem", "RFC 1122 3.2.2.5"),
    ("icmp", "0", "reply to our ping", "RFC 1122 3.2.2.6"),
    ("icmpv6", "1 code 0", "no route", "RFC 4890 4.3.1"),
    ("icmpv6", "1 code 4", "port unreachable: end of a traceroute", "RFC 4890 4.3.1"),
    ("icmpv6", "2", "packet too big", "RFC 8201, RFC 4890 4.3.1"),
    ("icmpv6", "3 code 0", "hop limit exceeded: a hop of a traceroute", "RFC 4890 4.3.1"),
    ("icmpv6", "3 code 1", "reassembly time exceeded", "RFC 4890 4.3.2"),
    ("icmpv6", "4 code 0", "erroneous header field", "RFC 4890 4.3.2"),
    ("icmpv6", "4 code 1", "unknown next header", "RFC 4890 4.3.1"),
    ("icmpv6", "4 code 2", "unknown option", "RFC 4890 4.3.1"),
    ("icmpv6", "129", "reply to our ping", "RFC 4890 4.3.1"),
]
REPLIES = [
    ("tcp", "443", "40000 syn ack", "TCP: the answer to our SYN", "RFC 9293 3.5"),
    ("tcp", "443", "40000 ack", "TCP: data", "RFC 9293 3.10"),
    ("tcp", "443", "40000 psh ack", "TCP: pushed data", "RFC 9293 3.10"),
    ("tcp", "443", "40000 ack ece", "TCP: congestion is echoed", "RFC 3168 6.1"),
    ("tcp", "443", "40000 fin ack", "TCP: the end", "RFC 9293 3.6"),
    ("tcp", "443", "40000 rst ack", "TCP: refused", "RFC 9293 3.5.2"),
    ("tcp", "443", "40000 rst", "TCP: reset of a lost connection", "RFC 9293 3.5.2"),
    ("tcp", "53", "40000 syn ack", "DNS over TCP", "RFC 7766"),
    ("udp", "53", "40000", "DNS reply", "RFC 1035"),
    ("udp", "53", "1025", "DNS reply to any port of a resolver", "RFC 5452 9.2"),
    ("udp", "53", "40000 frag first", "DNS reply in fragments", "RFC 6891 6.2.5"),
    ("udp", "123", "123", "NTP reply to a server's port", "RFC 5905"),
    ("udp", "123", "40000", "NTP reply to a client's port", "RFC 9109"),
    ("udp", "443", "50000", "QUIC reply", "RFC 9000"),
]
# Of two ends that both choose their port: calls, games, tunnels of LAN hosts.
CALLS = [("udp", "5004", "50000", "RTP to a high port", "RFC 3550"),
         ("udp", "51820", "40001", "a tunnel that a LAN host has opened", "RFC 4787")]

DHCP = [
    ("udp {isp}:67 > 255.255.255.255:68", "our lease, by broadcast", "RFC 2131 4.1"),
    ("udp {isp}:67 > {self}:68", "our lease", "RFC 2131 4.1"),
    ("udp {hidden}:67 > {self}:68", "our lease, from a private server", "RFC 2131 4.1"),
    ("udp {hidden}:67 > 255.255.255.255:68", "the same by broadcast", "RFC 2131 4.1"),
    ("udp [{isp_ll}]:547 > [{self_ll}]:546", "our DHCPv6 lease", "RFC 8415 18.2.10"),
]
LINK = [
    ("icmpv6 {isp_ll} > ff02::1 type 134 ttl 255", "router advertisement", "RFC 4861"),
    ("icmpv6 {isp_ll} > {self_ll} type 135 ttl 255", "neighbor solicitation", "RFC 4861"),
    ("icmpv6 {isp_ll} > {self_ll} type 136 ttl 255", "neighbor advertisement", "RFC 4861"),
    ("icmpv6 :: > ff02::1:ff00:1 type 135 ttl 255", "duplicate address detection", "RFC 4862"),
    ("icmpv6 {isp_ll} > {self_ll} type 141 ttl 255", "inverse ND solicitation", "RFC 4890 4.4.1"),
    ("icmpv6 {isp_ll} > {self_ll} type 142 ttl 255", "inverse ND advertisement", "RFC 4890 4.4.1"),
    ("icmpv6 {isp_ll} > {self_ll} type 148 ttl 255", "SEND path solicitation", "RFC 4890 4.4.1"),
    ("icmpv6 {isp_ll} > {self_ll} type 149 ttl 255", "SEND path advertisement", "RFC 4890 4.4.1"),
    ("icmpv6 {isp_ll} > ff02::1 type 130 ttl 1", "MLD query", "RFC 4890 4.4.1"),
    ("icmpv6 {isp_ll} > ff02::6a type 151 ttl 1", "multicast router advertisement",
     "RFC 4890 4.4.1"),
    ("icmpv6 {isp_ll} > ff02::2 type 152 ttl 1", "multicast router solicitation",
     "RFC 4890 4.4.1"),
    ("icmpv6 {isp_ll} > ff02::6a type 153 ttl 1", "multicast router termination",
     "RFC 4890 4.4.1"),
    ("igmp {isp} > 224.0.0.1 ttl 1", "IGMP query", "RFC 3376 4.1"),
    ("igmp 0.0.0.0 > 224.0.0.1 ttl 1", "IGMP query of a switch", "RFC 4541 2.1.1"),
    # Seen in tests/boots, and in no list of the RFCs above.
    ("icmpv6 {isp_ll} > {self_ll} type 134 ttl 255", "advertisement to one", "radvd, dnsmasq"),
    ("icmpv6 {isp_ll} > ff02::2 type 133 ttl 255", "solicitation of a switch", "Linux bridge"),
    ("icmpv6 :: > ff02::16 type 143 ttl 1", "MLD report without an address", "Linux"),
    ("icmpv6 {isp_ll} > ff02::1:ff00:1 type 131 ttl 1", "MLDv1 report", "Linux"),
    ("igmp 0.0.0.0 > 224.0.0.106 ttl 1", "multicast router discovery", "Linux bridge, RFC 4286"),
    ("igmp {isp} > 224.0.0.18 ttl 1", "IGMP report of a neighbor", "Linux"),
    ("icmp {far} > {self} type 8", "ping", "RFC 1122 3.2.2.6"),
    ("icmpv6 {far6} > {self6} type 128", "ping", "RFC 4890 4.3.1, 4.4.1"),
]
LAN = [
    ("udp 0.0.0.0:68 > 255.255.255.255:67", "DHCP discover", "RFC 2131 4.1"),
    ("udp {host}:68 > {router}:67", "DHCP renewal", "RFC 2131 4.1"),
    ("udp [{host_ll}]:546 > [ff02::1:2]:547", "DHCPv6 solicit", "RFC 8415 18.2.1"),
    ("icmpv6 {host_ll} > ff02::2 type 133 ttl 255", "router solicitation", "RFC 4861"),
    ("icmpv6 :: > ff02::2 type 133 ttl 255", "the same without an address", "RFC 4861"),
    ("icmpv6 {host6} > {host_ll} type 136 ttl 255", "neighbor advertisement", "RFC 4861"),
    ("icmpv6 {host_ll} > ff02::16 type 143 ttl 1", "MLD report", "RFC 3810"),
    ("igmp {host} > 224.0.0.22 ttl 1", "IGMP report", "RFC 3376"),
    ("icmpv6 :: > ff02::16 type 143 ttl 1", "MLD report without an address", "Linux"),
    ("icmpv6 {host_ll} > ff02::2 type 132 ttl 1", "MLDv1 done", "Linux"),
    ("igmp {host} > 224.0.0.2 ttl 1", "IGMPv2 leave", "Linux, RFC 2236"),
    ("igmp 0.0.0.0 > 224.0.0.1 ttl 1", "IGMP query of a switch", "Linux bridge, RFC 4541 2.1.1"),
    ("igmp 0.0.0.0 > 224.0.0.106 ttl 1", "multicast router discovery", "Linux bridge, RFC 4286"),
    ("udp [{host_ll}]:546 > [ff02::1:2]:547 ttl 1", "DHCPv6 request", "dhclient 4.4, dhcpcd 9.4"),
    ("udp {host}:5353 > 224.0.0.251:5353", "mDNS", "avahi 0.8, RFC 6762"),
    ("udp [{host_ll}]:5353 > [ff02::fb]:5353", "mDNS", "systemd-resolved 252, RFC 6762"),
    ("udp {host}:5355 > 224.0.0.252:5355", "LLMNR", "systemd-resolved 252, RFC 4795"),
    ("udp [{host_ll}]:5355 > [ff02::1:3]:5355", "LLMNR", "systemd-resolved 252, RFC 4795"),
    ("vrrp {host} > 224.0.0.18 ttl 255", "VRRP of another router", "keepalived 2.2, RFC 9568"),
    ("udp {host}:40000 > {router}:53", "DNS request", "RFC 1035"),
    ("udp [{host6}]:40000 > [{router6}]:53", "DNS request", "RFC 1035"),
    ("udp [{host_ll}]:40000 > [fe80::1]:53", "DNS request, link-local", "RFC 8106 5.1"),
    ("tcp {host}:40000 > {router}:53 syn", "DNS request over TCP", "RFC 7766"),
    ("udp {host}:123 > {router}:123", "NTP request", "RFC 5905"),
    ("icmp {host} > {router} type 8", "ping of the router", "RFC 1122 3.2.2.6"),
    ("icmp {host} > {far} type 8", "ping out", "RFC 1122 3.2.2.6"),
    ("icmpv6 {host6} > {far6} type 128", "ping out", "RFC 4890 4.3.1"),
    ("icmp {host} > {far} type 3 code 4", "fragmentation needed", "RFC 1191"),
    ("icmp {host} > {far} type 3 code 3", "port unreachable", "RFC 1122 3.2.2.1"),
    ("icmpv6 {host6} > {far6} type 2", "packet too big", "RFC 8201"),
    ("tcp {host}:40000 > {far}:443 syn", "a connection out", "RFC 9293"),
    ("tcp {host}:40000 > {far}:443 ack", "data out", "RFC 9293"),
    ("tcp [{host6}]:40000 > [{far6}]:443 syn", "a connection out", "RFC 9293"),
    ("udp {host}:50000 > {far}:443", "QUIC out", "RFC 9000"),
    ("udp {host}:40000 > {far}:33434 ttl 1", "traceroute out", "RFC 1812 4.3.3.4"),
    ("udp {host} > {far} frag later", "a fragment out", "RFC 791"),
]
UNASKED_TCP = [
    ("tcp {far}:40000 > {self}:22 syn", "a connection to SSH", "unasked"),
    ("tcp {far}:40000 > {host}:445 syn", "a connection to a LAN host", "unasked"),
    ("tcp [{far6}]:40000 > [{host6}]:22 syn", "a connection to a LAN host", "RFC 6092 REC-35"),
    ("tcp {far}:40000 > {self}:22 none", "TCP without flags", "unasked"),
]
NOISE = [
    ("udp {far}:40000 > {self}:53", "a query, as to an open resolver", "RFC 5358"),
    ("udp {far}:53 > {self}:161", "a reply's port, but to a service", "unasked"),
    ("udp {far}:123 > {self}:53", "a reply's port, but to a service", "unasked"),
    ("udp {far}:11211 > {self}:20000", "a reflected flood", "unasked"),
    ("udp {isp}:5353 > 224.0.0.251:5353", "mDNS", "RFC 6762 11: of the link only"),
    ("vrrp {isp} > 224.0.0.18 ttl 255", "VRRP of others", "keepalived 2.2, RFC 9568"),
    ("udp {isp}:20000 > 239.255.255.250:1900", "SSDP search", "RFC 6092 REC-2"),
    ("udp {isp}:138 > 255.255.255.255:138", "NetBIOS", "unasked"),
    ("udp {far}:67 > {self}:67", "DHCP to us as a server", "RFC 2131"),
    ("udp [{far6}]:547 > [{self6}]:546", "DHCPv6 from beyond the link", "RFC 8415"),
    ("udp {far}:500 > {self}:500", "IKE, unless asked for", "RFC 7296"),
    ("udp {far}:4500 > {self}:4500", "IPsec in UDP, unless asked for", "RFC 3948"),
    ("esp {far} > {self}", "IPsec, unless asked for", "RFC 4303"),
    ("gre {far} > {self}", "a tunnel, unless asked for", "RFC 2784"),
    ("icmp {far} > {self} type 5", "redirect", "RFC 1812 5.2.7.2"),
    ("icmp {far} > {self} type 13", "timestamp request", "unasked"),
    ("icmpv6 {far6} > {self6} type 136 ttl 64", "ND from beyond the link", "RFC 4861 7.1"),
    ("icmpv6 {far6} > {self6} type 141 ttl 64", "the same of inverse ND", "RFC 3122"),
    ("icmpv6 {far6} > {self6} type 138", "router renumbering", "RFC 4890 4.3.5"),
    ("icmpv6 {far6} > {self6} type 139", "node information query", "RFC 4890 4.4.5"),
    ("udp {far} > {self} frag later", "a fragment of nothing that we know", "RFC 1858"),
]
SPOOFED = [
    ("wan", "tcp {host}:40000 > {self}:22 syn", "our own address from outside"),
    ("wan", "udp [{host6}]:40000 > [{self6}]:53", "our own address from outside"),
    ("lan", "tcp {outside}:40000 > {far}:80 syn", "a foreign address from the LAN"),
]


def join(address, port):
    return ("[%s]:%s" if ":" in address else "%s:%s") % (address, port)


def both_ways(kind, rows, targets):
    """Rows of replies, to each of our addresses of either family."""
    for proto, sport, rest, what, source in rows:
        dport, _, more = rest.partition(" ")
        for far, target in targets:
            packet = "%s %s > %s %s" % (proto, join(far, sport), join(target, dport), more)
            yield kind, "wan", packet, "pass", "%s, to %s" % (what, target), source


def table(names):
    """All rows: kind, interface, packet, wanted verdict, what it is, its source."""
    ours = [(names["far"], names["self"]), (names["far6"], names["self6"])]
    lan = [(names["far"], names["host"]), (names["far6"], names["host6"])]
    for proto, what, name, source in ERRORS:
        six = proto == "icmpv6"
        for far, target in ours[six:six + 1] + lan[six:six + 1]:
            packet = "%s %s > %s type %s" % (proto, far, target, what)
            yield "error", "wan", packet, "pass", "%s, to %s" % (name, target), source
        if not six and what != "0":
            packet = "icmp %s > %s type %s" % (names["hidden"], names["self"], what)
            yield "error", "wan", packet, "pass", name + ", from a private address", "RFC 6752 4"
    yield from both_ways("reply", REPLIES, ours + lan)
    yield from both_ways("call", CALLS, ours + lan)
    for kind, interface, rows, verdict in (("dhcp", "wan", DHCP, "pass"),
                                           ("link", "wan", LINK, "pass"),
                                           ("lan", "lan", LAN, "pass"),
                                           ("tcp", "wan", UNASKED_TCP, "drop"),
                                           ("noise", "wan", NOISE, "drop")):
        for packet, what, source in rows:
            yield kind, interface, packet.format(**names), verdict, what, source
    for interface, packet, what in SPOOFED:
        yield "spoofed", interface, packet.format(**names), "drop", what, "RFC 2827"


def main():
    kinds = sys.argv[1].split(",")
    names = dict(DEFAULTS, wan="eth0", lan="eth1")
    names.update(word.split("=", 1) for word in sys.argv[2:])
    control, rows, count = Control(), Rows(), 0
    for kind, interface, packet, wanted, what, source in table(names):
        if kind not in kinds:
            continue
        reply = control.ask("explain", packet="in %s %s" % (names[interface], packet))
        result = reply.get("result", {})
        count += 1
        if result.get("verdict") == wanted:
            continue
        rows.check("%s: %s (%s): %s" % (kind, what, source, packet), False,
                   "wanted %s: %s" % (wanted, {k: result.get(k) for k in
                                               ("verdict", "reason", "rule")} if result else reply))
    print("%d rows asked" % count)


if __name__ == "__main__":
    main()
