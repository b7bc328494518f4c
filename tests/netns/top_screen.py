#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Compare a screen of fwctl top with the counters it was made from.

	top_screen.py BEFORE AFTER SCREEN COLUMNS SECONDS

BEFORE and AFTER hold {"stats": ..., "keys": {LIMIT: ...}}, the results of stats and of limit.show
with top. All packets between them came within the refresh on the screen, which took SECONDS (one
decimal). Prints a line "ok TEXT" or "fail TEXT" for each kind of rows, and one for the check
itself: it has to find a screen on which the last character of any number is erased.
"""
import json
import re
import sys

COUNT = r"(\d+(?:\.\d+)?[kMGTPE]?)"
BITS = r"(\d+(?:\.\d+)? [kMGTPE]?bit)"
NUMBERS = {"PACKETS/S": COUNT, "BITS/S": BITS, "KEYS": COUNT, "PASSED/S": COUNT, "OVER/S": COUNT,
           "OVER BITS/S": BITS}
TEXTS = ("TOTAL", "REASON", "OUTCOME", "INTERFACE", "RULE", "LIMITED KEY", "LIMIT")
TITLE = re.compile("|".join(re.escape(title) for title in
                            sorted([*NUMBERS, *TEXTS], key=len, reverse=True)))
UNITS = {"": 1, "k": 1e3, "M": 1e6, "G": 1e9, "T": 1e12, "P": 1e15, "E": 1e18}


class Wrong(Exception):
    """The screen is not what the counters are."""


def by(items, *keys):
    return {tuple(item[key] for key in keys): item for item in items}


def gains(before, after):
    """{"packets", "bits"} that were gained; before may be None."""
    before = before or {"packets": 0, "bytes": 0}
    return {"PACKETS/S": after["packets"] - before["packets"],
            "BITS/S": 8 * (after["bytes"] - before["bytes"])}


def reasons(stats):
    return {(reason["reason"], reason["outcome"], interface["name"]): reason
            for interface in stats["interfaces"] for reason in interface["reasons"]}


def expected_limits(before, after):
    old = by(before, "name")
    for key, limit in by(after, "name").items():
        over = gains(old[key]["over"], limit["over"])
        passed = gains(old[key]["passed"], limit["passed"])
        if over["PACKETS/S"] or passed["PACKETS/S"]:
            yield key, {"KEYS": limit["keys"], "PASSED/S": passed["PACKETS/S"],
                        "OVER/S": over["PACKETS/S"], "OVER BITS/S": over["BITS/S"]}


def expected_keys(before, after):
    for name, limit in after.items():
        old = by(before[name]["top"], "key")
        for key, item in by(limit["top"], "key").items():
            gained = item["limited"] - old[key]["limited"] if key in old else 0
            if gained:
                yield (*key, name), {"OVER/S": gained}


def expected(before, after):
    """{first title: {texts: {title: what was gained}}}"""
    old, new = before["stats"], after["stats"]
    ret = {"TOTAL": {(name.replace("_", " "),): gains(old["totals"][name], new["totals"][name])
                     for name in list(new["totals"])[:3]},
           "REASON": {(reason, outcome.replace("_", " "), interface):
                      gains(reasons(old).get((reason, outcome, interface)), item)
                      for (reason, outcome, interface), item in reasons(new).items()},
           "RULE": {key: gains(by(old["rules"], "id").get(key), item)
                    for key, item in by(new["rules"], "id").items()},
           "LIMIT": dict(expected_limits(old["limits"], new["limits"])),
           "LIMITED KEY": dict(expected_keys(before["keys"], after["keys"]))}
    for title in ("REASON", "RULE"):
        ret[title] = {key: item for key, item in ret[title].items() if item["PACKETS/S"]}
    return ret


def starts(titles, columns):
    """Where the columns start: each but the first has a blank before it."""
    widths = [12 if title in NUMBERS else 17 for title in titles[1:]]
    first = columns - sum(widths)
    return [0, *(first + sum(widths[:i]) for i in range(len(widths)))]


def split(line, titles, columns):
    """{title: cell} of a row, or None if it is not a whole one."""
    at = starts(titles, columns)
    cells = {title: line[start:end].strip()
             for title, start, end in zip(titles, at, [*at[1:], columns])}
    if len(line) != columns or any(line[start] != " " for start in at[1:]):
        return None
    for title, cell in cells.items():
        if not re.fullmatch(NUMBERS.get(title, ".+"), cell):
            return None
    return cells


def tables(screen):
    """(titles, lines) of each table."""
    for table in re.split(r"\n\s*\n", screen)[1:]:
        lines = table.strip("\n").split("\n")
        yield TITLE.findall(lines[0]) or [""], lines[1:]


def value(text):
    """A number on the screen, and how far from it what it stands for can be."""
    digits, unit = re.match(r"([\d.]+) ?([kMGTPE]?)", text).groups()
    decimals = len(digits.partition(".")[2])
    return float(digits) * UNITS[unit], 0.5 * 10 ** -decimals * UNITS[unit]


def compare_number(what, title, text, gained, seconds):
    shown, near = value(text)
    if title == "KEYS":
        rate = gained
    else:
        rate = gained / seconds
        near += rate * 0.05 / (seconds - 0.05)
    if abs(shown - rate) > near * 1.001 + 0.001:
        raise Wrong(f"{what}: {title} shows {text}, counted {rate:.2f}")


def cut(key, titles, columns):
    """The texts of a row, as wide as their columns are."""
    texts = [title for title in titles if title not in NUMBERS]
    width = starts(titles, columns)[1]
    return tuple(text[:16 if i else width].strip() for i, text in enumerate(key[:len(texts)]))


def compare_row(titles, cells, candidates, seconds):
    """The one of the candidates, which have the same texts, whose numbers these are."""
    errors = []
    for entry in candidates:
        try:
            for title in titles:
                if title in NUMBERS:
                    compare_number(entry[0], title, cells[title], entry[1][title], seconds)
            return entry
        except Wrong as error:
            errors.append(str(error))
    raise Wrong("; ".join(errors) or f"not expected: {cells}")


def compare_table(titles, lines, wanted, columns, seconds):
    """Each of what is wanted has its line, and each line its numbers, up to the right edge."""
    left = [(cut(key, titles, columns), item) for key, item in wanted.items()]
    for line in lines:
        cells = split(line, titles, columns)
        if not cells:
            raise Wrong(f"not a whole line: {line!r}")
        name = tuple(cells[title] for title in titles if title not in NUMBERS)
        left.remove(compare_row(titles, cells, [entry for entry in left if entry[0] == name],
                                seconds))
    if left:
        raise Wrong(f"not on the screen: {left}")


def compare(screen, wanted, columns, seconds, title):
    found = [table for table in tables(screen) if table[0][0] == title]
    if len(found) != 1:
        raise Wrong(f"{len(found)} tables")
    compare_table(*found[0], wanted[title], columns, seconds)
    return len(found[0][1])


def numbers(screen, columns):
    """Where the last character of each number of the tables is."""
    at, titles = 0, []
    for line in screen.split("\n"):
        if not TITLE.sub("", line).strip():
            titles = TITLE.findall(line)
        elif titles and len(line) == columns:
            ends = [start - 1 for start in starts(titles, columns)[1:]] + [columns - 1]
            yield from (at + end for title, end in zip(titles, ends) if title in NUMBERS)
        at += len(line) + 1


def undetected(screen, wanted, columns, seconds):
    """Numbers of which the last character can be missing without being found."""
    for at in numbers(screen, columns):
        erased = screen[:at] + " " + screen[at + 1:]
        erased = "\n".join(line.rstrip() for line in erased.split("\n"))
        try:
            for title in wanted:
                compare(erased, wanted, columns, seconds, title)
        except Wrong:
            continue
        start = screen.rfind("\n", 0, at) + 1
        yield screen[start:at + 1]


def main(before, after, path, columns, seconds):
    with open(before) as one, open(after) as other, open(path) as text:
        wanted, screen = expected(json.load(one), json.load(other)), text.read()
    columns, seconds = int(columns), float(seconds)
    for title in wanted:
        try:
            count = compare(screen, wanted, columns, seconds, title)
            print(f"ok {title}: all numbers of {count} rows")
        except Wrong as error:
            print(f"fail {title}: {error}")
    lost = list(undetected(screen, wanted, columns, seconds))
    print(f"fail erased and not found: {lost}" if lost else
          f"ok each of {len(list(numbers(screen, columns)))} numbers would be missed")


main(*sys.argv[1:])
