#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Write what was measured into the tables of docs/performance.md or docs/limits.md.

    tables.py RESULTS FILE

RESULTS is what run.sh --json says, or (.jsonl) bench_accuracy --json. A table stands between <!-- NAME --> and <!-- end -->; what
is around it, and what it means, is written by hand.
"""
import json
import os
import re
import sys

LIMITS = {  # as bench_chain calls them: how the page does, and the case without the limit
    "limit of a rule": ("of a rule", "no limit, 1 source"),
    "limit per source, 1 source": ("per source, 1 source", "no limit, 1 source"),
    "limit per source, 1k sources": ("per source, 1k sources", "no limit, 1 source"),
    "limit per source, 64k sources": ("per source, 64k sources", "no limit, 64k sources"),
    "limit per source, 1M sources": ("per source, 1M sources", "no limit, 1M sources"),
    "limit of three levels, 64k sources": ("three levels, 64k sources", "no limit, 64k sources"),
    "sliding window, 64k sources": ("sliding window, 64k sources", "no limit, 64k sources"),
    "limit that continues, 1k sources": ("that continues, 1k sources", "no limit, 1 source"),
    "4 limits that continue, 1k sources": ("four that continue, 1k sources", "no limit, 1 source"),
    "over a limit, 1k sources": ("over a limit, 1k sources", None),
    "SYN answered with a cookie": ("SYN answered with a cookie", None),
    "SYN answered for a socket here": ("SYN answered for a socket here", None),
}
SCENES = ["no feed", "1M prefixes", "1M, 1000 rules", "1M, 100k inline", "100k, IPv6"]


def row(*cells):
    return "| " + " | ".join(str(cell) for cell in cells) + " |"


def head(*cells):
    return [row(*cells), "|---" * len(cells) + "|"]


def short(number):
    """Three digits are all that a measurement has."""
    return f"{number:.0f}" if abs(number) >= 30 else f"{number:.1f}" if abs(number) >= 1 \
        else f"{number:.2f}"


def machine(results):
    about = results["machine"]
    return [f"{about['date'][:10]}, commit {about['commit']}, Linux {about['kernel'].split('-')[0]}, "
            f"{about['cpu']}, {about['cpus']} CPUs, load {about['load']} at the start."]


def is_limit(case):
    return case in LIMITS or case.startswith("no limit")


def chain(results):
    yield from head("ns a packet", "XDP_DROP", "empty", "case", "−XDP_DROP", "−empty", "ratio", "±")
    for case in results["ns_per_packet"]:
        if not is_limit(case["case"]):
            yield row(case["case"], case["xdp_drop_ns"], case["empty_policy_ns"], case["ns"],
                      case["over_xdp_drop_ns"], case["over_empty_policy_ns"],
                      f"{case['times_xdp_drop']:.1f}", case["spread_ns"])


def limits(results):
    over_empty = {case["case"]: case["over_empty_policy_ns"] for case in results["ns_per_packet"]}
    yield from head("", "−empty", "of it the rule alone", "the limit")
    for case, (name, without) in LIMITS.items():
        if case in over_empty:
            alone = over_empty[without] if without else None
            yield row(name, f"{over_empty[case]:.0f}", "" if alone is None else f"{alone:.0f}",
                      "" if alone is None else f"{over_empty[case] - alone:.0f}")


def veth(results):
    yield from head("Mpps over veth, one CPU, the sender's work included", "Mpps", "of XDP_DROP", "±")
    for subject in results["veth"]:
        yield row(subject["subject"], f"{subject['mpps']:.2f}", f"{subject['of_xdp_drop'] * 100:.0f}%",
                  f"{subject['spread_mpps']:.2f}")


def rules(results):
    yield from head("", "random", "worst", "scan, worst", "±", "text to active, ms")
    for case in results["rules"]:
        name = re.sub(r"(\d)$", r"\1 rules", case["name"]).replace(" 1 rules", " 1 rule")
        yield row(name, *(f"{case[field]:.0f}" for field in ("random", "worst", "scan", "spread", "apply_ms")))


def addresses(results):
    yield from head("ns a lookup", "LPM_TRIE", "compiled", "±", "MB", "build and fill, ms", "LPM_TRIE, ms")
    for case in results["ns_per_address"]:
        yield row(case["case"], short(case["trie_ns"]), short(case["compiled_ns"]), short(case["spread_ns"]),
                  case["arena_mb"] or "", short(case["build_ms"] + case["fill_ms"]),
                  short(case["trie_fill_ms"]))


def apply(results):
    yield from head("", "read, ms", "compile", "apply", "whole", "fwd, MB", "maps, MB",
                    "after 100 more: fwd", "maps")
    for case in results["apply"]:
        yield row(case["case"], *(short(case[field]) for field in ("read_ms", "compile_ms", "apply_ms", "whole_ms")),
                  *(case[field] for field in ("process_mb", "maps_mb", "process_mb_after", "maps_mb_after")))


def edits(results):
    found = {(case["scene"], case["edit"]): case["ms"] for case in results["edits"]}
    scenes = [scene for scene in SCENES if any(scene == known for known, _ in found)]
    yield from head("ms an edit", *scenes)
    for edit in dict.fromkeys(edit for _, edit in found):
        yield row(edit, *(f"{found[scene, edit]:.4f}" if found[scene, edit] < 0.1 else short(found[scene, edit])
                          for scene in scenes))


def daemon(results):
    yield from head("", "median", "least to most")
    for figure in results["daemon"]:
        yield row(figure["name"], f"{short(figure['median'])} {figure['unit']}",
                  f"{short(figure['least'])} to {short(figure['most'])}")


def percent(case, field):
    """Blank: the case was not measured, or the algorithm has no such figure."""
    return f"{case[field]:+.3f} %" if case and field in case else ""


def accuracy(results):
    cases = {}
    for case in results["accuracy"]:
        kind = "idle" if case["idle"] else f"{case['cpus']} CPU"
        cases.setdefault((case["algorithm"], case["keys"], case["rate"]), {})[kind] = case
    kinds = ("2 CPU", "1 CPU", "idle")
    yield from head("algorithm", "keys", "rate", "2 CPUs: passed", "wanted", "off", "1 CPU", "2 CPUs, after idle times",
                    "off the ideal: 2 CPUs", "1 CPU", "after idle times", "longest pause, ms")
    for (algorithm, keys, rate), case in cases.items():
        both = case["2 CPU"]
        pauses = [one["longest_pause_ms"] for one in case.values() if "longest_pause_ms" in one]
        yield row(f"`{algorithm}`", keys, f"{rate}/s", both["passed"], both["wanted"],
                  *(percent(case.get(kind), "off_percent") for kind in kinds),
                  *(percent(case.get(kind), "off_ideal_percent") for kind in kinds),
                  f"{max(pauses):.0f}" if pauses else "")


PAGES = {
    "performance.md": [machine, chain, limits, veth, rules, addresses, apply, edits, daemon],
    "limits.md": [accuracy],
}


def read(path):
    with open(path, encoding="utf-8") as file:
        if path.endswith(".jsonl"):
            return {"accuracy": [json.loads(line) for line in file]}
        return json.load(file)


def main():
    results = read(sys.argv[1])
    with open(sys.argv[2], encoding="utf-8") as file:
        page = file.read()
    for table in PAGES[os.path.basename(sys.argv[2])]:
        text = "\n".join(table(results))
        page, count = re.subn(f"(<!-- {table.__name__} -->\n).*?(<!-- end -->)",
                              lambda found, text=text: f"{found[1]}\n{text}\n\n{found[2]}", page,
                              flags=re.DOTALL)
        if count != 1:
            sys.exit(f"tables.py: {sys.argv[2]}: {count} places for table {table.__name__}")
    with open(sys.argv[2], "w", encoding="utf-8") as file:
        file.write(page)


main()
