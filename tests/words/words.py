#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""
Find words of words.conf in files. Of C only comments and strings are read.

    words.py FILE...

A row for each file follows; the last line counts them.
"""

import bisect
import os
import re
import sys

CONF = os.path.join(os.path.dirname(__file__), "words.conf")
# comments, strings and characters of C
C_TEXT = re.compile(
    r"""/\*.*?\*/|//[^\n]*|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])+'""", re.DOTALL
)
# between two words of one sentence: the end of a line, and what begins the next one
BETWEEN = re.compile(r"[ \t\"\\*#/]*\n[ \t\"*#/]*")


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


def blank(text):
    """As many spaces; lines stay."""
    return re.sub(r"[^\n]", " ", text)


def texts_of(path, text):
    """The part of a file that people read, each character at its place."""
    if not path.endswith((".c", ".h")):
        return text
    parts, end = [], 0
    for match in C_TEXT.finditer(text):
        parts.append(blank(text[end : match.start()]))
        parts.append(re.sub(r"\\[nt]", "  ", match[0]))
        end = match.end()
    return "".join(parts) + blank(text[end:])


def find(path, words):
    """What is wrong in one file, with its lines. Words may be apart at the end of a line."""
    with open(path, encoding="utf-8") as file:
        text = texts_of(path, file.read())
    places, flat, end = [], "", 0
    for match in BETWEEN.finditer(text):
        flat += text[end : match.start()] + " "
        end = match.end()
        places.append((len(flat), text.count("\n", 0, end)))
    flat += text[end:]
    starts = [start for start, _ in places]
    found = []
    for pattern, instead in words:
        for match in pattern.finditer(flat):
            number = bisect.bisect(starts, match.start())
            line = 1 + (places[number - 1][1] if number else 0)
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
