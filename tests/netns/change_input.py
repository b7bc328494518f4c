#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Change a set file all the time, in every way: change_input.py FILE GOOD-FILE

When nobody has it open for writing, it has 1000, 200000 or 400000 entries. Until then it is often
at rest, with any number of whole lines or with a last one that is cut.
"""
import os
import random
import sys
import time

path, good = sys.argv[1:]
with open(good) as source:
    small = source.read()
half = small + "".join(f"12.{i >> 16 & 255}.{i >> 8 & 255}.{i & 255}\n" for i in range(199000))
chosen = random.Random(1)
more = "".join(f"13.{i >> 16 & 255}.{i >> 8 & 255}.{i & 255}\n" for i in range(200000))


def write_slowly(file, text):
    start = 0
    while start < len(text):
        end = start + (1 << 18)
        if chosen.random() < 0.5:
            end = text.find("\n", end) + 1 or len(text)
        os.write(file.fileno(), text[start:end].encode())
        start = end
        time.sleep(chosen.choice([0.001, 0.05]))


def rewrite():
    with open(path, "w") as file:
        write_slowly(file, half)


def append():
    rewrite()
    time.sleep(0.05)
    with open(path, "a") as file:
        write_slowly(file, more)


def replace():
    with open(path + ".new", "w") as file:
        file.write(half)
    os.rename(path + ".new", path)


def cut():
    rewrite()
    time.sleep(0.05)
    os.truncate(path, len(small))


while True:
    chosen.choice([rewrite, append, replace, cut])()
    # Long enough, at times, for a slow machine to read it at rest.
    time.sleep(chosen.choice([0, 0.02, 0.05, 0.1, 0.3, 1]))
