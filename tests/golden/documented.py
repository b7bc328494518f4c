#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Every member of the golden replies is in the documents.

	documented.py REPLY...

Prints a line "ok TEXT" or "fail TEXT" for each reply.
"""
import json
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]


def in_markdown(name):
    text = (ROOT / name).read_text()
    code = re.findall(r"```.*?```", text, re.S)
    for paragraph in re.sub(r"```.*?```", "", text, flags=re.S).split("\n\n"):
        code += re.findall(r"`[^`]+`", paragraph)
    return set(re.findall(r"\w+", " ".join(code)))


def in_manual(name):
    lines = (ROOT / name).read_text().splitlines()
    marked = [line for line in lines if re.match(r"\.(It )?(Li|Cm) ", line)]
    return set(re.findall(r"\w+", " ".join(marked)))


PROTOCOL = in_markdown("docs/protocol.md")
# What is inside of these is described elsewhere, as docs/protocol.md says.
CONFIG = in_markdown("docs/config.md")
EVENTS = in_manual("docs/man/fwd.8")
ELSEWHERE = {"match": CONFIG, "value": CONFIG, "packet": EVENTS | PROTOCOL, "flow": EVENTS}


def missing(value, known):
    """Names of members that are not known, at any depth."""
    if isinstance(value, list):
        for item in value:
            yield from missing(item, known)
    elif isinstance(value, dict):
        for name, member in value.items():
            if name not in known:
                yield name
            yield from missing(member, ELSEWHERE.get(name, known))


for path in map(pathlib.Path, sys.argv[1:]):
    names = sorted(set(missing(json.loads(path.read_text()), PROTOCOL)))
    if names:
        print(f"fail {path.name}: not in the documents: {', '.join(names)}")
    else:
        print(f"ok the documents have all members of {path.name}")
