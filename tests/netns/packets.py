#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""The rows of test_packets.sh: name, frame, whether it arrives, reason, rule."""
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.realpath(__file__)), "..", "lib"))
from frames import *  # noqa: E402,F403
from lab import Control, Rows, raw_socket, received  # noqa: E402

COPIES = 3
MARK = b"fwd-row-%04d...."  # 16 bytes: fragments are multiples of 8
SRC, DST, BAD = "192.0.2.2", "192.0.2.1", "192.0.2.99"
SRC6, DST6 = "2001:db8:1::2", "2001:db8:1::1"
UDP_OK = udp(b"", dport=1000)  # a header alone


def v4(payload, proto=UDP, src=SRC, tags=(), **fields):
    return ether(ip4(payload, src, DST, proto, **fields), tags=tags)


def v6(payload, proto=UDP, tags=(), **fields):
    return ether(ip6(payload, SRC6, DST6, proto, **fields), IP6, tags=tags)


def rows(m):
    """m: the marker, for the payload. Each row's frame carries it where it can."""
    u = udp(m, dport=1000)
    wrong = udp(m, dport=1001)
    t = tcp(m, dport=1000)
    tags7, prio = ((VLAN, 7),), ((VLAN, 0x6000),)
    return [
        ("plain UDP", v4(u), True, "rule", "untagged"),
        ("another port", v4(wrong), False, "default", None),
        ("VLAN tag", v4(u, tags=tags7), True, "rule", "vlan-7"),
        ("VLAN tag of another id", v4(u, tags=((VLAN, 8),)), False, "default", None),
        ("VLAN tag does not hide the port", v4(wrong, tags=tags7), False, "default", None),
        ("802.1ad tag", v4(u, tags=((QINQ, 7),)), True, "rule", "vlan-7"),
        ("QinQ: the outer id counts", v4(u, tags=((QINQ, 7), (VLAN, 9))), True, "rule", "vlan-7"),
        ("QinQ: the inner id does not", v4(u, tags=((QINQ, 9), (VLAN, 7))), False, "default", None),
        ("QinQ does not hide a source", v4(u, src=BAD, tags=((QINQ, 9), (VLAN, 9))), False, "rule",
         "no-protocol"),
        ("two 802.1Q tags", v4(u, tags=((VLAN, 7), (VLAN, 9))), True, "rule", "vlan-7"),
        ("priority tag is untagged", v4(u, tags=prio), True, "rule", "untagged"),
        ("three tags", v4(u, tags=((QINQ, 7), (VLAN, 7), (VLAN, 7))), False, "vlan_too_deep", None),
        ("IPv4 options", v4(u, options=b"\x01" * 8), True, "rule", "untagged"),
        ("40 bytes of options", v4(u, options=b"\x01" * 40), True, "rule", "untagged"),
        ("options do not shift the port", v4(wrong, options=b"\x03\xe8" * 4), False, "default",
         None),
        ("IHL of 4", v4(u, ihl=4), False, "ipv4_bad_ihl", None),
        ("IHL of 0", v4(u, ihl=0), False, "ipv4_bad_ihl", None),
        ("IHL beyond the datagram", v4(b"", ihl=15) + m, False, None, None),
        ("IPv4 that says version 5", v4(u, version=5), False, "ipv4_bad_version", None),
        ("total length beyond the frame", v4(u, length=1400), False, "ipv4_bad_length", None),
        ("total length below the header", v4(u, length=19), False, "ipv4_bad_length", None),
        ("Ethernet padding", v4(UDP_OK) + m, True, "rule", "untagged"),
        ("UDP length of 7", v4(udp(m, dport=1000, length=7)), False, "udp_bad_length", None),
        ("UDP length beyond", v4(udp(m, dport=1000, length=999)), False, "udp_bad_length", None),
        ("UDP header cut", v4(u[:6], length=26) + m, False, "truncated_udp", None),
        ("TCP", v4(t, TCP), True, "rule", "tcp"),
        ("TCP data offset of 4", v4(tcp(m, dport=1000, offset=4), TCP), False, "tcp_bad_offset",
         None),
        ("TCP data offset beyond", v4(tcp(b"", dport=1000, offset=15), TCP) + m, False,
         "tcp_bad_offset", None),
        ("TCP header cut", v4(t[:19], TCP, length=39) + m, False, "truncated_tcp", None),
        ("SCTP", v4(sctp(m, dport=1000), SCTP), True, "rule", "sctp"),
        ("SCTP header cut", v4(sctp(b"", dport=1000)[:11], SCTP) + m, False, "truncated_sctp", None),
        ("echo request", v4(icmp(m), ICMP), True, "rule", "echo"),
        ("redirect under a rule for echo", v4(icmp(m, 5), ICMP), False, "default", None),
        ("ICMP header cut", v4(icmp(b"")[:7], ICMP) + m, False, "truncated_icmp", None),
        ("ICMP code in IPv4's proto 58", v4(icmp(m, 128), ICMP6), False, "default", None),
        ("GRE", v4(m, GRE), True, "rule", "gre"),
        ("ESP", v4(m, ESP), True, "rule", "esp"),
        ("protocol 253 under a drop of any", v4(m, 253, src=BAD), False, "rule", "no-protocol"),
        ("IGMP under a drop of any", v4(m, IGMP, src=BAD), False, "rule", "no-protocol"),
        ("first fragment", v4(u, more=True, ident=501), True, "rule", "untagged"),
        ("later fragment takes its verdict", v4(m, offset=64, ident=501), True, "fragment",
         None),
        ("first fragment, dropped", v4(wrong, more=True, ident=502), False, "default", None),
        ("later fragment takes that, too", v4(m, offset=64, ident=502), False, "fragment", None),
        ("later fragment of an unknown datagram", v4(u, offset=64, ident=503), False, "default",
         None),
        ("later fragment whose bytes look like the port", v4(u, offset=1480, ident=504), False,
         "default", None),
        ("tiny first fragment", v4(t[:8], TCP, more=True, ident=505) + m, False, "fragment_tiny",
         None),
        ("TCP fragment at offset 8", v4(m + b"12345", TCP, offset=8, ident=506), False,
         "fragment_overlap", None),
        ("fragment beyond 65535", v4(m + b"." * 60, offset=65528, ident=507), False,
         "fragment_bad_length", None),
        ("IPv6 UDP", v6(u), True, "rule", "untagged"),
        ("IPv6 in a VLAN", v6(u, tags=tags7), True, "rule", "vlan-7"),
        ("IPv6 hop-by-hop", v6(ext(u, UDP), HOP), True, "rule", "untagged"),
        ("IPv6 hop-by-hop does not hide the port", v6(ext(wrong, UDP), HOP), False, "default", None),
        ("IPv6 destination options", v6(ext(t, TCP, 3), DEST), True, "rule", "tcp"),
        ("IPv6 routing", v6(routing(t, TCP), ROUTING), True, "rule", "tcp"),
        ("IPv6 AH", v6(ah(t, TCP), AH), True, "rule", "tcp"),
        ("IPv6 AH does not hide the port", v6(ah(wrong, UDP), AH), False, "default", None),
        ("IPv6 hop-by-hop, routing, destination", v6(ext(routing(ext(t, TCP), DEST), ROUTING), HOP),
         True, "rule", "tcp"),
        ("IPv6 chain too long", v6(chain(t, 9), DEST), False, "ipv6_too_many_extensions", None),
        ("IPv6 chain of 8", v6(chain(t, 8), DEST), True, "rule", "tcp"),
        ("IPv6 extension cut", v6(ext(b"", TCP, 30)[:100] + m, DEST), False,
         "truncated_ipv6_extension", None),
        ("IPv6 no next header", v6(m, NO_NEXT), False, "default", None),
        ("IPv6 that says version 4", v6(u, version=4), False, "ipv6_bad_version", None),
        ("IPv6 length beyond the frame", v6(u, length=1400), False, "ipv6_bad_length", None),
        ("IPv6 echo", v6(icmp(m, 128), ICMP6), True, "rule", "echo6"),
        ("IPv6 packet too big under a rule for echo", v6(icmp(m, 2), ICMP6), False, "default", None),
        ("IPv6 first fragment", v6(fragment6(u, UDP, 0, True, 601), FRAGMENT), True, "rule",
         "untagged"),
        ("IPv6 later fragment", v6(fragment6(m, UDP, 64, False, 601), FRAGMENT), True, "fragment",
         None),
        ("IPv6 later fragment, unknown", v6(fragment6(u, UDP, 64, False, 602), FRAGMENT), False,
         "default", None),
        ("IPv6 atomic fragment", v6(fragment6(u, UDP, 0, False, 603), FRAGMENT), True, "rule",
         "untagged"),
        ("IPv6 tiny first fragment", v6(fragment6(t[:8], TCP, 0, True, 604), FRAGMENT) + m, False,
         "fragment_tiny", None),
        ("IPv6 TCP behind a fragment header", v6(fragment6(t + b"1234", TCP, 0, True, 605), FRAGMENT), True,
         "rule", "tcp"),
        ("ARP under default drop", ether(arp(m), ARP, BROADCAST), True, "link", None),
        ("ARP in a VLAN", ether(arp(m), ARP, BROADCAST, tags=tags7), True, "link", None),
        ("ARP cut", ether(arp()[:20], ARP, BROADCAST) + m[:0], False, "truncated_arp", None),
        ("neighbour solicitation under default drop", ether(neighbour(m), IP6), True, "link", None),
        ("neighbour solicitation from afar", ether(neighbour(m, hops=64), IP6), False, "default",
         None),
        ("LLC/SNAP", llc(m), False, "non_ip", None),
        ("LLDP", ether(m, LLDP), False, "non_ip", None),
        ("unknown ethertype", ether(m, 0x9999), False, "non_ip", None),
        ("VLAN tag cut", ether(b"", VLAN)[:14] + b"\0\7", False, "truncated_vlan", None),
        ("IPv4 header cut", ether(ip4(b"", SRC, DST)[:12]), False, "truncated_ipv4", None),
        ("IPv6 header cut", ether(ip6(b"", SRC6, DST6)[:30], IP6), False, "truncated_ipv6", None),
    ]


def chain(payload, headers):
    proto = TCP
    for _ in range(headers):
        payload, proto = ext(payload, proto), DEST
    return payload


def counters(control):
    """{(reason, outcome): packets} of eth0, and {rule: packets}."""
    stats = control.ask("stats")["result"]
    reasons = [i["reasons"] for i in stats["interfaces"] if i["name"] == "eth0"][0]
    return ({(r["reason"], r["outcome"]): r["packets"] for r in reasons},
            {r["id"]: r["packets"] for r in stats["rules"]})


def fence(number):
    mark = b"fwd-fence-%d." % number
    return mark, ether(ip4(udp(mark, dport=1000), SRC, DST))


def main():
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})  # so that frames keep their order
    out, behind = raw_socket("client", "c0", False), raw_socket("router", "eth0")
    control, result = Control(), Rows()
    total = len(rows(b""))
    for index in range(total):
        mark = MARK % index
        name, frame, passes, reason, rule = rows(mark)[index]
        before = counters(control)
        for _ in range(COPIES):
            out.send(frame)
        end, last = fence(index)
        out.send(last)
        arrived = received(behind, [mark], 60, end)[mark]
        after = counters(control)
        outcome = "pass" if passes else "drop"
        gained = {key: count - before[0].get(key, 0) for key, count in after[0].items()
                  if count > before[0].get(key, 0)}
        problems = []
        if mark in frame and arrived != (COPIES if passes else 0):
            problems.append("%d of %d arrived" % (arrived, COPIES))
        if reason and gained.get((reason, outcome), 0) < COPIES:
            problems.append("expected %s of %s, counted %s" % (outcome, reason, gained))
        if not passes and sum(n for (_, o), n in gained.items() if o == "drop") < COPIES:
            problems.append("not dropped: %s" % gained)
        # The fence is of the rule "untagged" as well.
        hits = after[1].get(rule, 0) - before[1].get(rule, 0) - (rule == "untagged")
        if rule and hits != COPIES:
            problems.append("rule %s counted %d" % (rule, hits))
        result.check(name, not problems, "\n".join(problems) + "\n" + frame.hex())
    print("done")


if __name__ == "__main__":
    main()
