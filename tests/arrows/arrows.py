#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""
Hold the includes of a source tree against the arrows that are allowed.

    arrows.py [TREE]            check (the tree of this file if none is given)
    arrows.py [TREE] --print    print the arrows that the tree has, as lines for arrows.conf

tests/arrows/arrows.conf in the tree says for each folder of which others it may include headers. A
row for each folder and one for each rule about the whole follow; the last line counts them.
"""

import os
import re
import sys

TOPS = ("common", "ebpf", "daemon", "cli")
INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]+(?:"([^"]*)"|<([^>]*)>)', re.M)


class Conf:
    """arrows.conf: `FOLDER: FOLDER...`, and `<PREFIX: FOLDER...` for headers of a library."""

    def __init__(self, path):
        self.path = path
        self.folders = {}
        self.libraries = {}
        self.errors = []
        with open(path, encoding="utf-8") as file:
            for number, line in enumerate(file, 1):
                self.read(number, line.split("#")[0].strip())

    def read(self, number, line):
        if not line:
            return
        name, colon, rest = line.partition(":")
        table = self.libraries if name.startswith("<") else self.folders
        if not colon:
            self.errors.append(f"{self.path}:{number}: no colon in: {line}")
        elif name in table:
            self.errors.append(f"{self.path}:{number}: {name} stands there twice")
        else:
            table[name] = rest.split()


def sources(tree):
    """All C files of the programs, with their path in the tree."""
    for top in TOPS:
        for folder, _, names in os.walk(os.path.join(tree, top)):
            for name in sorted(names):
                if name.endswith((".c", ".h")):
                    yield os.path.relpath(os.path.join(folder, name), tree)


def includes(tree, path):
    """(line, quoted name or "", name of a library's header or "") of each include of a file."""
    with open(os.path.join(tree, path), encoding="utf-8") as file:
        text = file.read()
    for match in INCLUDE.finditer(text):
        yield text.count("\n", 0, match.start()) + 1, match[1] or "", match[2] or ""


def is_there(tree, name):
    """Skeletons are made of programs: x.skel.h of x.bpf.c."""
    source = name[: -len(".skel.h")] + ".bpf.c" if name.endswith(".skel.h") else name
    return os.path.isfile(os.path.join(tree, source))


def is_private(name):
    base = os.path.basename(name)
    return base == "internal.h" or base.endswith("_internal.h")


def check_quoted(tree, conf, path, name):
    """What is wrong with an include of our own; None: nothing."""
    folder, target = os.path.dirname(path), os.path.dirname(name)
    if "/" not in name or ".." in name.split("/"):
        return "has no path from the root of the source"
    if not is_there(tree, name):
        return "is not there"
    if target == folder:
        return None
    if is_private(name) and not folder.startswith(target + "/"):
        return f"is private to {target}"
    if target not in conf.folders.get(folder, []):
        return f"is not allowed: {folder} -> {target}"
    return None


def check_library(conf, path, name):
    for prefix, folders in conf.libraries.items():
        if name.startswith(prefix[1:]) and os.path.dirname(path) not in folders:
            return f"is not allowed in {os.path.dirname(path)}"
    return None


def circles(arrows):
    """Sets of folders of which each leads to each other one (Tarjan 1972)."""
    index, low, stack, found = {}, {}, [], []

    def visit(node):
        index[node] = low[node] = len(index)
        stack.append(node)
        for other in arrows.get(node, []):
            if other not in index:
                visit(other)
                low[node] = min(low[node], low[other])
            elif other in stack:
                low[node] = min(low[node], index[other])
        if low[node] == index[node]:
            at = stack.index(node)
            if len(stack) - at > 1 or node in arrows.get(node, []):
                found.append(sorted(stack[at:]))
            del stack[at:]

    for node in sorted(arrows):
        if node not in index:
            visit(node)
    return found


def check(tree):
    """Rows (name, list of what is wrong)."""
    conf = Conf(os.path.join(tree, "tests/arrows/arrows.conf"))
    wrong, used = {}, {}
    for path in sources(tree):
        folder = os.path.dirname(path)
        wrong.setdefault(folder, [])
        for line, quoted, library in includes(tree, path):
            trouble = (
                check_quoted(tree, conf, path, quoted)
                if quoted
                else check_library(conf, path, library)
            )
            used.setdefault(folder, set()).add(os.path.dirname(quoted))
            if trouble:
                wrong[folder].append(f"{path}:{line}: {quoted or library} {trouble}")
    rows = [(f"includes of {folder}", wrong[folder]) for folder in sorted(wrong)]
    unused = [
        f"{folder} -> {other}: no file needs it"
        for folder, others in conf.folders.items()
        for other in others
        if other not in used.get(folder, ())
    ]
    rows.append(("arrows.conf can be read", conf.errors))
    rows.append(("no arrow is allowed that is not used", unused))
    rows.append(
        ("no circle is allowed", ["circle: " + " ".join(c) for c in circles(conf.folders)])
    )
    return rows


def print_arrows(tree):
    found = {}
    for path in sources(tree):
        folder = os.path.dirname(path)
        found.setdefault(folder, set())
        found[folder] |= {os.path.dirname(q) for _, q, _ in includes(tree, path) if "/" in q}
    for folder in sorted(found):
        print(f"{folder}: {' '.join(sorted(found[folder] - {folder}))}".rstrip())


def main(arguments):
    tree = [a for a in arguments if not a.startswith("-")]
    tree = tree[0] if tree else os.path.join(os.path.dirname(__file__), "../..")
    if "--print" in arguments:
        print_arrows(tree)
        return 0
    rows = check(tree)
    for name, troubles in rows:
        print("FAIL " if troubles else "ok   ", name)
        for trouble in troubles:
            print("      |", trouble)
    failed = sum(bool(troubles) for _, troubles in rows)
    print(f"{len(rows) - failed} passed, {failed} failed, 0 skipped")
    return int(failed > 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
