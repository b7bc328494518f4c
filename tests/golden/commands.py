#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What can be typed and asked is the same everywhere.

	commands.py FWCTL [ROOT]

Compares the verbs and options of FWCTL's --help with its completion scripts and with fwctl(1). ROOT
is the source tree. Prints a line "ok TEXT" or "fail TEXT" for each verb.
"""
import os
import pathlib
import re
import subprocess
import sys

FWCTL = sys.argv[1]
ROOT = pathlib.Path(sys.argv[2] if len(sys.argv) > 2 else pathlib.Path(__file__).parents[2])


def fwctl(*words):
    run = subprocess.run([FWCTL, *words], capture_output=True, text=True, check=True)
    return run.stdout


def options_in(text):
    return set(re.findall(r"^ +(?:-\w, +)?--([\w-]+)", text, re.M))


def parts(text):
    """The sections of a --help by title."""
    titles = re.split(r"^(\w[\w ]*):\n", text, flags=re.M)
    return dict(zip(titles[1::2], titles[2::2]))


# ---- --help: {verb: (its own options, those of fwctl that it takes)} ----

def helped():
    text = fwctl("--help").partition("\nOptions:")[0]
    objects = re.findall(r"^(\w+): ", text, re.M)
    verbs = {}
    for words in re.findall(r"^  ([a-z]+(?: [a-z]+)?)\b", text, re.M):
        words = words.split()
        verb = " ".join(words if words[0] in objects else words[:1])
        sections = parts(fwctl(*verb.split(), "--help"))
        verbs[verb] = (options_in(sections.get("Options", "")),
                       options_in(sections["Options of fwctl"]))
    return verbs


# ---- completion: the same ----

def bash():
    text = fwctl("completion", "bash").partition("_fwctl_options()")[2].partition("\n}")[0]
    return {verb: set(re.findall(r"--([\w-]+)", words))
            for verb, words in re.findall(r"^\t'([^']+)'\) echo '(.*)'", text, re.M)}


def zsh(verbs):
    """An object's function completes its verbs; that of `stats` is a verb as well."""
    text = fwctl("completion", "zsh")
    ret = {}
    for name, body in re.findall(r"^_fwctl_(\w+)\(\) \{\n(.*?)^\}", text, re.M | re.S):
        if "_arguments $_fwctl_settings" in body or name in verbs:
            ret[name.replace("_", " ")] = set(re.findall(r"--([\w-]+)[\[}]", body))
    return ret


def fish(verbs):
    text, ret = fwctl("completion", "fish"), {}
    objects = set(re.findall(r"'__fwctl_at 0 (\w+)' -a \w+ -d", text))
    for at, verb in re.findall(r"'__fwctl_at 0( \w+)?' -a (\w+) -d", text):
        if at or verb not in objects or verb in verbs:
            ret[f"{at} {verb}".strip()] = set()
    for verb, name in re.findall(r"'__fwctl_at [+0] ([\w ]+)' -l ([\w-]+)", text):
        ret[verb].add(name)
    return ret


# ---- fwctl(1): own options, and those of fwctl that it has at some verb ----

def manual(verbs):
    text = (ROOT / "docs/man/fwctl.1").read_text().partition(".Sh COMMANDS")[2]
    text = text.partition("\n.Sh")[0]
    text = re.sub(r"^\.It Xo\n(.*?)^\.Xc$",
                  lambda head: ".It " + head.group(1).replace("\n.", " ").strip(". \n"),
                  text, flags=re.M | re.S)
    ret = {}
    for head in re.findall(r"^\.It Cm (.*)$", text, re.M):
        words = head.split()
        verb = " ".join(words[:2])
        verb = verb if verb in verbs else words[0]
        ret.setdefault(verb, set()).update(re.findall(r"Fl (?:\w \| )?-([\w-]+)", head))
        ret[verb].update(re.findall(r"Fl \w \| -([\w-]+)", head))
    return ret


# ---- rows ----

def report(what, differences):
    differences = [text for text in differences if text]
    print(f"fail {what}: {'; '.join(differences)}" if differences else f"ok {what}")


def differs(name, wanted, got):
    """In words; empty if they are the same."""
    less, more = sorted(wanted - got), sorted(got - wanted)
    return ", ".join([f"{name} lacks {item}" for item in less] +
                     [f"only {name} has {item}" for item in more])


def main():
    verbs = helped()
    scripts = {"bash": bash(), "zsh": zsh(verbs), "fish": fish(verbs)}
    man = manual(verbs)
    settings = options_in(parts(fwctl("--help"))["Options"])
    for name, known in {**scripts, "fwctl(1)": man}.items():
        report(f"{name} has the verbs of --help", [differs(name, set(verbs), set(known))])
    for verb, (own, taken) in verbs.items():
        # Each script has fwctl's options where it is natural for its shell.
        report(f"fwctl {verb}: its options are the same everywhere",
               [differs("bash", own | taken, scripts["bash"].get(verb, set())),
                *(differs(name, own, known.get(verb, set()) - settings)
                  for name, known in (("zsh", scripts["zsh"]), ("fish", scripts["fish"]),
                                      ("fwctl(1)", man)))])


os.environ["LC_ALL"] = "C"
main()
