#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Ask fwd, and print each result for op_table check.

	replies.py SOCKET <REQUESTS

A request is a line OP [JSON of its arguments]. Each op is asked on one connection, so that uploads hold. Prints
lines {"op": ..., "result": ...}; what is refused goes to stderr.
"""
import json
import sys

from progress import connect, hear, say

client = connect(sys.argv[1])
for line in sys.stdin:
    op, _, args = line.strip().partition(" ")
    if not op:
        continue
    say(client, json.dumps({"op": op, "args": json.loads(args or "{}")}))
    reply = hear(client)
    if reply["ok"]:
        print(json.dumps({"op": op, "result": reply["result"]}))
    else:
        print(f"{op}: {reply['error']['message']}", file=sys.stderr)
