#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Inputs that are too large to keep: make_input.py KIND ARGS... >FILE

lines COUNT BROKEN   a set file of COUNT lines, of which BROKEN, at equal distances, are no prefixes
comments COUNT       a set file of nothing but comments
metadata COUNT       one of JSON lines that say nothing
rules COUNT          a config of so many rules
values COUNT         a config with so many values where a few should be
"""
import sys

BLOCKED = "203.0.113.7"  # in every set file: whom the tests' traffic comes from


def address(i):
    return f"{11 + (i >> 20)}.{i >> 12 & 255}.{i >> 4 & 255}.{(i & 15) * 16 + 5}"


def lines(count, broken):
    step = count // broken if broken else count + 1
    out = [f"{address(i)}\n" for i in range(count)]
    out[1] = f"{BLOCKED}\n"
    for i in range(0, count if broken else 0, step):
        out[i] = f"{i}.not.a.prefix\n"
    return out


def comments(count):
    return ["#\n" * count]


def metadata(count):
    return ['{"type": "metadata"}\n' * count]


def rules(count):
    return ['{"rules": [\n', ",\n".join(
        f'{{"id": "r{i}", "match": {{"proto": "tcp", "dport": {i % 65536}, "src": "{address(i)}"}},'
        ' "action": "drop"}' for i in range(count)), "]}\n"]


def values(count):
    return ['{"rules": [', ",".join(["0"] * count), "]}\n"]


KINDS = {"lines": lines, "comments": comments, "metadata": metadata, "rules": rules, "values": values}
sys.stdout.writelines(KINDS[sys.argv[1]](*map(int, sys.argv[2:])))
