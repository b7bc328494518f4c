#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Rows of test_explain.sh: a packet, and what explain says about it."""
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.realpath(__file__)), "..", "lib"))
from lab import Control, Rows  # noqa: E402

FROM = "192.0.2.2:4000 > 198.51.100.2"
FROM6 = "[2001:db8:1::2]:4000 > [2001:db8:2::2]"
HOSTS, HOSTS6 = "192.0.2.2 > 198.51.100.2", "2001:db8:1::2 > 2001:db8:2::2"
LINK6 = "in eth0 icmpv6 fe80::1 > ff02::1"

# name, packet in words, "verdict reason rule"
WORDS = [
    ("a rule by port", "in eth0 tcp %s:443 syn" % FROM, "pass rule web"),
    ("flags", "in eth0 tcp %s:443 syn fin" % FROM, "drop rule scan"),
    ("flags with a comma", "in eth0 tcp %s:443 fin,syn,ack" % FROM, "drop rule scan"),
    ("the default", "in eth0 tcp %s:8080" % FROM, "drop default"),
    ("a canary decides nothing", "in eth0 udp %s:9" % FROM, "drop default"),
    ("another interface", "in eth1 tcp %s:8080" % FROM, "pass rule lan"),
    ("management", "in eth0 tcp 192.0.2.9:1 > 198.51.100.2:22", "pass management management/0"),
    ("one VLAN", "in eth0 udp %s:1 vlan 100" % FROM, "pass rule tagged"),
    ("another", "in eth0 udp %s:1 vlan 101" % FROM, "drop default"),
    ("the outer of two", "in eth0 udp %s:1 vlan 100 vlan 7" % FROM, "pass rule tagged"),
    ("not the inner", "in eth0 udp %s:1 vlan 7 vlan 100" % FROM, "drop default"),
    ("a later fragment", "in eth0 udp %s frag later" % HOSTS, "pass rule parts"),
    ("in IPv6", "in eth0 udp %s frag later" % HOSTS6, "pass rule parts"),
    ("a first one has ports", "in eth0 tcp %s:80 frag first" % FROM, "pass rule web"),
    ("also in IPv6", "in eth0 tcp %s:80 frag first" % FROM6, "pass rule web"),
    ("ICMP", "in eth0 icmp %s" % HOSTS, "pass rule ping"),
    ("another type", "in eth0 icmp %s type 5" % HOSTS, "drop default"),
    ("ICMPv6", "in eth0 icmpv6 %s" % HOSTS6, "pass rule ping6"),
    ("neighbour discovery", LINK6 + " type 135", "pass link"),
    ("from beyond the link", LINK6 + " type 135 ttl 64", "drop default"),
    ("MLD", LINK6 + " type 143", "pass link"),
    ("DSCP", "in eth0 udp %s:1 dscp 46" % FROM, "pass rule voice"),
    ("DSCP in IPv6", "in eth0 udp %s:1 dscp 46" % FROM6, "pass rule voice"),
    ("length", "in eth0 udp %s:1 len 1000" % FROM, "pass rule long"),
    ("one less", "in eth0 udp %s:1 len 999" % FROM, "drop default"),
    ("length in IPv6", "in eth0 udp %s:1 len 1000" % FROM6, "pass rule long"),
    ("the longest", "in eth0 udp %s:1 len 3386" % FROM, "pass rule long"),
    ("the longest with two tags", "in eth0 udp %s:1 len 3378 vlan 1 vlan 2" % FROM,
     "pass rule long"),
    ("TTL", "in eth0 udp %s:1 ttl 255" % FROM, "pass rule near"),
    ("SCTP", "in eth0 sctp 192.0.2.2:7 > 198.51.100.2:8", "pass rule sctp"),
    ("a number", "in eth0 47 %s" % HOSTS, "pass rule gre"),
    ("IPv6 with ports", "in eth0 tcp %s:443" % FROM6, "pass rule web"),
]

# name, frame, "verdict reason rule"
FRAMES = [
    ("ARP", "ffffffffffff 0200000000c0 0806 0001 0800 06 04 0001 "
     "0200000000c0 c0000202 000000000000 c0000201", "pass link"),
    ("ARP, cut", "ffffffffffff0200000000c00806", "drop truncated_arp"),
    ("IHL below 5", "0200000000e00200000000c00800 44000028667700004006 1648 c0000207 cb007109"
     "9c4001bb00000000000000005002000000000000", "drop ipv4_bad_ihl"),
    ("TCP", "0200000000e00200000000c00800 45000028667700004006 1648 c0000207 cb007109"
     "9c4001bb00000000000000005002000000000000", "pass rule web"),
    ("LLDP", "0180c200000e0200000000c088cc00000000", "pass non_ip"),
]

# name, packet, what it saw
MACS = {"src_mac": "02:00:00:00:00:02", "dst_mac": "02:00:00:00:00:01"}
SEEN = [
    ("TCP", "in eth0 tcp %s:443 syn ack vlan 5 vlan 6" % FROM,
     {"kind": "ipv4", "proto": "tcp", "src": "192.0.2.2", "sport": 4000, "dst": "198.51.100.2",
      "dport": 443, "vlan": 5, "inner_vlan": 6, "length": 62, "tcp_flags": "syn,ack",
      "ip_length": 40, **MACS}),
    ("a later fragment", "in eth0 udp %s frag later" % HOSTS6,
     {"kind": "ipv6", "proto": "udp", "src": "2001:db8:1::2", "dst": "2001:db8:2::2",
      "length": 70, "fragment": "later", "ip_length": 56, "flow_label": 0, **MACS}),
    ("ICMP", "in eth0 icmp %s type 3 code 4" % HOSTS,
     {"kind": "ipv4", "proto": "icmp", "src": "192.0.2.2", "dst": "198.51.100.2", "length": 42,
      "icmp_type": 3, "icmp_code": 4, "ip_length": 28, **MACS}),
]

# name, arguments, error code, part of the message
WRONG = [
    ("a protocol", {"packet": "in eth0 tpc %s:443" % FROM}, "bad_request",
     'packet:1:9: error: "tpc" is not a protocol'),
    ("an address", {"packet": "in eth0 tcp 192.0.2:1 > 1.2.3.4:5"}, "bad_request",
     'packet:1:13: error: "192.0.2:1" is not an address'),
    ("a port", {"packet": "in eth0 tcp 192.0.2.2:4 > 1.2.3.4"}, "bad_request",
     "packet:1:27: error: the port of 1.2.3.4 is missing"),
    ("a flag", {"packet": "in eth0 tcp %s:443 sny" % FROM}, "bad_request",
     'packet:1:47: error: "sny" is neither'),
    ("the end", {"packet": "in eth0"}, "bad_request",
     "packet:1:8: error: the protocol is missing"),
    ("half a byte", {"frame": "0180c200000e0200000000c088c", "interface": "eth0"}, "bad_request",
     "packet:1:27: error"),
    ("not even Ethernet", {"frame": "0180", "interface": "eth0"}, "bad_request", "at least"),
    ("no such interface", {"packet": "in eth7 udp %s:1" % FROM}, "not_found",
     "eth7 is no interface of fwd's; it has: eth0, eth1"),
    ("no interface said", {"packet": "udp %s:1" % FROM}, "bad_request", 'Say "in eth0"'),
    ("two that differ", {"packet": "in eth0 udp %s:1" % FROM, "interface": "eth1"},
     "bad_request", "eth0 or eth1"),
    ("nothing", {}, "bad_request", "either"),
    ("both", {"packet": "x", "frame": "y"}, "bad_request", "either"),
    ("state of what has none", {"packet": "in eth0 tcp %s:443 from state" % FROM}, "bad_request",
     "packet:1:47: error: only later fragments"),
    ("from elsewhere", {"packet": "in eth0 udp %s frag later from here" % HOSTS}, "bad_request",
     'after "from" comes "state"'),
    ("a policy that nobody sent", {"packet": "in eth0 tcp %s:443" % FROM, "candidate": True},
     "conflict", "send it again"),
    ("too many frames", {"frames": ["00/20"] * 1001, "interface": "eth0"}, "bad_request",
     "at most 1000"),
] + [
    ("frame " + frame, {"frames": ["00/14", frame], "interface": "eth0"}, "bad_request",
     "is no frame")
    for frame in ("zz", "000", "0000/1", "00/65536", "00/-1", "00/", "00/99999999999999999999",
                  "AA", "00 /20", "00/20/20", "/")
]


def verdict(reply):
    result = reply.get("result", {})
    words = [result.get(key) for key in ("verdict", "reason", "rule")]
    return " ".join(word for word in words if word) or str(reply.get("error"))


def main():
    control, rows = Control(), Rows()
    for name, packet, expected in WORDS:
        rows.equal(name, expected, verdict(control.ask("explain", packet=packet)))
    for name, frame, expected in FRAMES:
        reply = control.ask("explain", frame=frame, interface="eth0")
        rows.equal("frame: " + name, expected, verdict(reply))
    for name, packet, expected in SEEN:
        reply = control.ask("explain", packet=packet)
        rows.equal("seen: " + name, expected, reply["result"]["packet"])
    for name, arguments, code, message in WRONG:
        error = control.ask("explain", **arguments).get("error", {})
        rows.check("wrong: " + name,
                   error.get("code") == code and message in error.get("message", ""), error)
    print("done")


if __name__ == "__main__":
    main()
