#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Ask the running policy about each packet of tests/boots/captured.txt.

	captured.py [SIDE:REGEX...]

What came in at the uplink came in at eth0, what came from the LAN at eth1. All must pass, but those
whose side and text an argument names: these must be dropped. The text is as in the file.
"""
import os
import re
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.realpath(__file__)), "..", "lib"))
from lab import Control, Rows  # noqa: E402

INTERFACES = {"wan": "eth0", "lan": "eth1"}


def packets(path):
    """Side, text and frame; what the file does not have of it was payload."""
    lines = [line.rstrip("\n") for line in open(path)]
    for head, frame in zip(lines, lines[1:]):
        if re.match("(wan|lan) ", head):
            side, length, text = head.split(" ", 2)
            yield side, text, frame.ljust(2 * int(length), "0")


def main():
    path = os.path.join(os.path.dirname(os.path.realpath(__file__)), "..", "boots", "captured.txt")
    control, rows, count = Control(), Rows(), 0
    unused = set(sys.argv[1:])
    for side, text, frame in packets(path):
        named = {name for name in sys.argv[1:]
                 if name.split(":", 1)[0] == side and re.search(name.split(":", 1)[1], text)}
        unused -= named
        reply = control.ask("explain", frame=frame, interface=INTERFACES[side])
        result = reply.get("result", {})
        wanted = "drop" if named else "pass"
        count += 1
        if result.get("verdict") != wanted:
            rows.check("%s %s" % (side, text), False, "wanted %s: %s" % (wanted, {
                k: result.get(k) for k in ("verdict", "reason", "rule")} if result else reply))
    for name in unused:
        rows.check("no packet is one of %s" % name, False)
    print("%d rows asked" % count)


if __name__ == "__main__":
    main()
