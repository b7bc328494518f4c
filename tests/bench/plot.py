#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Draw what run.sh measured: ns against rules, and ns against prefixes, as SVG.

    plot.py RESULTS.json FOLDER

RESULTS.json is what run.sh --json says. Both axes are logarithmic.
"""
import json
import math
import re
import sys
from xml.sax.saxutils import escape

WIDTH, HEIGHT = 760, 440
LEFT, RIGHT, TOP, BOTTOM = 66, 190, 46, 54
COLOURS = ["#0b6e99", "#c0392b", "#7a8b2a", "#8e5ea2", "#d68910", "#5d6d7e"]


def exponents(low, high):
    return range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)


class Axes:
    def __init__(self, series):
        xs = [x for _, points in series for x, _ in points]
        ys = [y for _, points in series for _, y in points]
        self.xs = exponents(min(xs), max(xs))
        self.ys = exponents(min(ys), max(ys))

    def x(self, value):
        part = (math.log10(value) - self.xs[0]) / max(self.xs[-1] - self.xs[0], 1)
        return LEFT + part * (WIDTH - LEFT - RIGHT)

    def y(self, value):
        part = (math.log10(value) - self.ys[0]) / max(self.ys[-1] - self.ys[0], 1)
        return HEIGHT - BOTTOM - part * (HEIGHT - TOP - BOTTOM)


def number(exponent):
    return {3: "1k", 4: "10k", 5: "100k", 6: "1M"}.get(exponent, str(10 ** exponent))


def grid(axes):
    bottom, top = axes.y(10 ** axes.ys[0]), axes.y(10 ** axes.ys[-1])
    left, right = axes.x(10 ** axes.xs[0]), axes.x(10 ** axes.xs[-1])
    for exponent in axes.xs:
        x = axes.x(10 ** exponent)
        yield f'<path d="M{x:.1f} {top:.1f}V{bottom:.1f}" stroke="#ddd"/>'
        yield f'<text x="{x:.1f}" y="{bottom + 18:.1f}" text-anchor="middle">{number(exponent)}</text>'
    for exponent in axes.ys:
        y = axes.y(10 ** exponent)
        yield f'<path d="M{left:.1f} {y:.1f}H{right:.1f}" stroke="#ddd"/>'
        yield f'<text x="{left - 8:.1f}" y="{y + 4:.1f}" text-anchor="end">{number(exponent)}</text>'


def labels(axes, series):
    """Names at the ends of the lines, pushed apart where they would overlap."""
    ends = sorted(((axes.y(points[-1][1]), index, name)
                   for index, (name, points) in enumerate(series)), reverse=True)
    above = HEIGHT
    for y, index, name in ends:
        above = min(y, above - 15)
        x = axes.x(series[index][1][-1][0]) + 9
        yield f'<text x="{x:.1f}" y="{above + 4:.1f}" fill="{COLOURS[index]}">{escape(name)}</text>'


def draw(title, x_title, series, note):
    series = [(name, sorted(points)) for name, points in series if points]
    axes = Axes(series)
    out = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" '
           'font-family="sans-serif" font-size="12">',
           f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#fff"/>',
           f'<text x="{LEFT}" y="20" font-size="15">{escape(title)}</text>',
           f'<text x="{LEFT}" y="36" fill="#666" font-size="11">{escape(note)}</text>']
    out += grid(axes)
    out.append(f'<text x="{(LEFT + WIDTH - RIGHT) / 2}" y="{HEIGHT - 14}" '
               f'text-anchor="middle">{escape(x_title)}</text>')
    out.append(f'<text transform="translate(18 {HEIGHT / 2}) rotate(-90)" '
               'text-anchor="middle">ns</text>')
    for index, (name, points) in enumerate(series):
        path = "L".join(f"{axes.x(x):.1f} {axes.y(y):.1f}" for x, y in points)
        out.append(f'<path d="M{path}" fill="none" stroke="{COLOURS[index]}" stroke-width="2"/>')
        out += [f'<circle cx="{axes.x(x):.1f}" cy="{axes.y(y):.1f}" r="3" '
                f'fill="{COLOURS[index]}"><title>{escape(name)}: {x} {escape(x_title)}, '
                f'{y:.1f} ns</title></circle>' for x, y in points]
    out += labels(axes, series)
    return "\n".join(out + ["</svg>", ""])


def rules(results, key, profile):
    """Points (rules, ns) of a profile; below 1 ns there is nothing to see but noise."""
    points = []
    for row in results["rules"]:
        match = re.fullmatch(rf"{profile} (\d+)", row["name"])
        if match:
            points.append((int(match[1]), max(row[key], 1)))
    return points


def prefixes(results, key, family):
    """Points (prefixes, ns) of hits of plain prefixes of a family."""
    points = {}
    for row in results["ns_per_address"]:
        match = re.fullmatch(r"\S+ prefix(?:es)?(, IPv6)?, hit", row["case"])
        if match and (6 if match[1] else 4) == family:
            points[row["prefixes"]] = max(row[key], 1)
    return list(points.items())


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        results = json.load(file)
    machine = results["machine"]
    note = (f'{machine["cpu"]}, Linux {machine["kernel"]}, {machine["date"][:10]}, '
            f'commit {machine["commit"]}, load {machine["load"]}')
    plots = {
        "ns-rules.svg": draw(
            "What finding the rule costs, by number of rules", "rules",
            [("scan, worst", rules(results, "scan", "acl")),
             ("fwd, acl, random", rules(results, "random", "acl")),
             ("fwd, acl, worst", rules(results, "worst", "acl")),
             ("fwd, fw, random", rules(results, "random", "fw")),
             ("fwd, ipc, random", rules(results, "random", "ipc")),
             ("fwd, hard, random", rules(results, "random", "hard"))],
            note + "; fwd: over its empty policy"),
        "ns-prefixes.svg": draw(
            "What finding a source costs, by number of prefixes", "prefixes",
            [("LPM_TRIE, IPv4", prefixes(results, "trie_ns", 4)),
             ("fwd, IPv4", prefixes(results, "compiled_ns", 4)),
             ("fwd, IPv6", prefixes(results, "compiled_ns", 6)),
             ("LPM_TRIE, IPv6", prefixes(results, "trie_ns", 6))],
            note + "; random hits, over a program that looks nothing up"),
    }
    for name, text in plots.items():
        with open(f"{sys.argv[2]}/{name}", "w", encoding="utf-8") as file:
            file.write(text)


main()
