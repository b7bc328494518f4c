#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""
Find words of words.conf in files.

    words.py FILE...

A row for each file follows; the last line counts them.
"""

import os
import re
import sys

CONF = os.path.join(os.path.dirname(__file__), "words.conf")


def read_conf(path):
    """List of (compiled pattern, what to write instead)."""
    words = []
    with open(path, encoding="utf-8") as file:
        for line in file:
            line = line.rstrip("\n")
            if not line or line.startswith("#"):
                continue
            pattern, arrow, instead = line.partition(" -> ")
            if not arrow:
                sys.exit(f"{path}: no ' -> ' in: {line}")
            words.append((re.compile(rf"\b(?:{pattern})\b", re.IGNORECASE), instead))
    return words


def find(path, words):
    """What is wrong in one file, with its lines. Words may be apart at the end of a line."""
    with open(path, encoding="utf-8") as file:
        text = file.read()
    flat = text.replace("\n", " ")
    found = []
    for pattern, instead in words:
        for match in pattern.finditer(flat):
            line = text.count("\n", 0, match.start()) + 1
            found.append((line, f"{path}:{line}: '{match[0]}': write {instead}"))
    return [text for _, text in sorted(found)]


def main(paths):
    words = read_conf(CONF)
    failed = 0
    for path in paths:
        found = find(path, words)
        failed += bool(found)
        print("FAIL " if found else "ok   ", "words of", path)
        for text in found:
            print("      |", text)
    print(f"{len(paths) - failed} passed, {failed} failed, 0 skipped")
    return int(failed > 0 or not paths)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
