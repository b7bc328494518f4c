#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Write bad configs that are too large to keep: generate.py FOLDER"""
import json
import sys

FOLDER = sys.argv[1]


def write(name, config):
    """One value a line where it helps: places in messages stay short."""
    with open(f"{FOLDER}/{name}.json", "w") as file:
        json.dump(config, file, indent=1)


def drop(name, **match):
    return {"id": name, "match": match, "action": "drop"}


def ports_with_bit(bit, bits):
    """The numbers below 1 << bits that have this bit, as ranges."""
    step = 1 << bit
    return [f"{low}-{low + step - 1}" for low in range(step, 1 << bits, 2 * step)]


# E0401: one compiled rule too many.
write("gen-too-many-rules", {
    "rules": [drop(f"r{i}", proto="tcp", dport=i) for i in range(16385)]})

# E0110: so many that reading them is not worth it.
write("gen-far-too-many-rules", {
    "rules": [drop(f"r{i}", proto="tcp", dport=i % 65536) for i in range(131073)]})
write("gen-too-many-sets", {"sets": {f"s{i}": {"elements": []} for i in range(4097)}})
write("gen-too-many-limits", {"limits": {f"l{i}": {"rate": "1/s"} for i in range(257)}})

# E0402: every port selects a combination of rules of its own, and so does having no port.
write("gen-too-many-combinations", {"rules": [
    drop("other", proto="esp")] + [
    drop(f"port-{bit}", dport=ports_with_bit(bit, 16)) for bit in range(16)]})

# E0403: the block list has the first of 256 live set numbers.
write("gen-too-many-live-sets", {"sets": {f"s{i}": {"live": True} for i in range(256)}})

# E0405: more prefixes than an address table holds, over two sets that each may be so large.
write("gen-too-many-prefixes", {
    "sets": {"a": {"file": "gen-a.netset"}, "b": {"file": "gen-b.netset"}},
    "rules": [drop("both", src=["@a", "@b"])]})
for part, first in (("a", 16), ("b", 32)):
    with open(f"{FOLDER}/gen-{part}.netset", "w") as out:
        out.writelines(f"{first + (i >> 18)}.{i >> 10 & 255}.{i >> 2 & 255}.{(i & 3) * 2}\n"
                       for i in range(750001))

# Only so many errors are kept.
write("gen-too-many-errors", {f"key{i}": i for i in range(250)})
