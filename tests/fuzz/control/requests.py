#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Inputs for the target `control` to begin with: requests.py FOLDER OP_TABLE

One input for each row of the table of ops, with arguments of their types, as a reader and as a writer; the
examples of docs/protocol.md and the requests of the unit tests; some conversations; and one of bytes as
they are, with headers.
"""
import json
import os
import re
import struct
import subprocess
import sys

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "..")
READER, WRITER, RAW = 0, 1, 2
OP_TABLE = sys.argv[2]
# Of each op that takes it, a request of its own.
COMMON = {"if_revision", "confirm", "force", "dry_run"}

VALUES = {
    "name": ["in", "live", "l", "eth0"], "id": ["a", "c"], "before": ["a"], "prefix": ["192.0.2.66"],
    "prefixes": [["203.0.113.0/24", "2001:db8:1::/48"]], "timeout": ["10m"], "reason": ["r\u00e4son"],
    "rule": ['{"id": "n", "match": {"proto": "udp", "src": "!@in"}, "action": "drop"}'],
    "limit": ['{"rate": "5/s", "per": "src/24", "burst": 9}'], "text": ['{"rules": []}'],
    "packet": ["in eth0 tcp 192.0.2.7:40000 > 203.0.113.9:443 syn"], "interface": ["eth0"],
    "frame": ["020000000001020000000002 0800 45:00 00 1c"], "frames": [["0200000000010200000000020800/60", "/1"]],
    "for": ["1h"], "mode": ["generic"], "zone": ["lan"], "folder": ["/"], "message": ["why"],
    "confirm": ["5m"],
}
COUNTS = {"offset": 0, "limit": 7, "revision": 1, "top": 20, "flows": 5}


def request(op, args):
    return json.dumps({"op": op, "args": args}, ensure_ascii=False)


def value(op, name, kind):
    if kind == "count":
        return COUNTS.get(name, 1)
    if kind == "bool":
        return True
    of_op = {"limit.show": "l", "limit.add": "n", "limit.delete": "n", "iface.attach": "eth2",
             "set.flush": "live"}
    if name == "name" and op in of_op:
        return of_op[op]
    return VALUES.get(name, ["x"])[0]


def rows():
    """(op, {argument: (type, required)}) of the table."""
    for op, row in json.loads(subprocess.check_output([OP_TABLE, "json"])).items():
        arguments = {item["key"]: (item["type"], item["required"]) for item in row["arguments"]}
        yield op, arguments


def written(path):
    """The requests in a text: what stands in the docs, and C strings of tests."""
    with open(os.path.join(ROOT, path)) as file:
        text = file.read()
    for line in re.findall(r'^\{"op".*$', text, re.M):
        yield line
    for literal in re.findall(r'"(\{\\"op\\".*?\})"[,)]', text):
        yield literal.replace('\\"', '"')


def inputs():
    everything = []
    for op, args in rows():
        least = {name: value(op, name, kind) for name, (kind, needed) in args.items() if needed}
        most = {name: value(op, name, kind) for name, (kind, _) in args.items()
                if name not in COMMON}
        texts = [request(op, least), request(op, most)]
        texts += [request(op, {**most, name: value(op, name, args[name][0])})
                  for name in sorted(COMMON & set(args))]
        everything += texts[:2]
        for who in READER, WRITER:
            yield who, texts
    for path in "docs/protocol.md", "tests/unit/control/test_requests.c":
        for text in written(path):
            yield WRITER, [text]
    yield WRITER, everything
    upload = request("upload", {"offset": 0, "text": '{"interfaces": {"eth0": {}}}'})
    yield WRITER, [upload, request("apply", {"name": "x", "confirm": "5m"}), request("status", {}),
                   request("abort", {}), request("history", {})]
    yield WRITER, [upload, request("explain", {"packet": VALUES["packet"][0], "candidate": True})]
    yield WRITER, [upload, request("try.start", {"for": "1m"}), request("try.status", {})]
    for offset in 700, 701, 702, 703:
        yield READER, [request("text", {"offset": offset}), request("text", {"offset": offset, "saved": True})]
    for values in VALUES["name"], VALUES["id"]:
        for name in values:
            yield READER, [request("set.show", {"name": name}), request("rule.show", {"id": name})]


def raw():
    data = b""
    for op in "version", "status", "monitor":
        body = request(op, {}).encode()
        data += struct.pack("!III", 0x46574431, 1, len(body)) + body
    return data


os.makedirs(sys.argv[1], exist_ok=True)
for number, (who, texts) in enumerate(inputs()):
    with open(os.path.join(sys.argv[1], f"{number:03}"), "wb") as out:
        out.write(bytes([who]) + "\0".join(texts).encode())
with open(os.path.join(sys.argv[1], "raw"), "wb") as out:
    out.write(bytes([WRITER | RAW]) + raw())
