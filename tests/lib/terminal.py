#!/usr/bin/python3 -SE
# SPDX-License-Identifier: MIT
"""Run a full-screen program on a terminal of our own, resize it, and interrupt it.

    terminal.py COLUMNS ROWS COLUMNS ROWS REFRESHES COMMAND...

After so many refreshes the terminal gets the second size, after one more ^C. Prints one JSON object:
exit (code), first and second (the screen's lines before and after the resize), scrolled (lines that were
pushed off the screen), entered and left (the second screen), cursor (shown in the end).
"""
import fcntl
import json
import os
import pty
import re
import select
import struct
import sys
import termios
import time

SCALE = float(os.environ.get("FWD_TIME_SCALE") or ("8" if os.environ.get("FWD_IN_VM") else "1"))
PIECE = re.compile(r"\x1b\[\??([0-9;]*)([A-Za-z])|([^\x1b])", re.S)


class Screen:
    def __init__(self, columns, rows):
        self.entered = self.left = False
        self.cursor = True
        self.scrolled = self.refreshes = 0
        self.resize(columns, rows)

    def resize(self, columns, rows):
        self.columns, self.rows = columns, rows
        self.lines = [""] * rows
        self.x = self.y = 0

    def escape(self, number, letter):
        if letter == "H":
            self.x = self.y = 0
        elif letter == "K":
            self.lines[self.y] = self.lines[self.y][:self.x]
        elif letter == "J":
            self.lines[self.y] = self.lines[self.y][:self.x]
            self.lines[self.y + 1:] = [""] * (self.rows - self.y - 1)
            self.refreshes += 1
        elif (number, letter) == ("1049", "h"):
            self.entered = True
        elif (number, letter) == ("1049", "l"):
            self.left = True
        elif number == "25":
            self.cursor = letter == "h"

    def down(self):
        self.y += 1
        if self.y == self.rows:
            self.y -= 1
            self.scrolled += 1

    def character(self, char):
        if char == "\r":
            self.x = 0
        elif char == "\n":
            self.down()
        else:
            if self.x == self.columns:
                self.x = 0
                self.down()
            line = self.lines[self.y].ljust(self.x)
            self.lines[self.y] = line[:self.x] + char + line[self.x + 1:]
            self.x += 1

    def feed(self, text):
        for number, letter, char in PIECE.findall(text):
            if letter:
                self.escape(number, letter)
            else:
                self.character(char)


def set_size(fd, columns, rows):
    fcntl.ioctl(fd, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))


def read_until(fd, screen, done):
    """Feed the screen until done, or the program has ended: then False."""
    end = time.monotonic() + 20 * SCALE
    while not done() and time.monotonic() < end:
        if not select.select([fd], [], [], 0.1)[0]:
            continue
        try:
            data = os.read(fd, 65536)
        except OSError:
            return False
        if not data:
            return False
        screen.feed(data.decode("utf-8", "replace"))
    return done()


def main(columns, rows, columns2, rows2, refreshes, *command):
    is_set, tell_set = os.pipe()
    pid, fd = pty.fork()
    if pid == 0:
        os.environ["TERM"] = "xterm"
        os.read(is_set, 1)
        os.execvp(command[0], command)
    set_size(fd, int(columns), int(rows))
    os.write(tell_set, b".")
    screen = Screen(int(columns), int(rows))
    read_until(fd, screen, lambda: screen.refreshes >= int(refreshes))
    result = {"first": screen.lines[:], "scrolled": screen.scrolled}
    screen.resize(int(columns2), int(rows2))
    wanted = screen.refreshes + 1
    set_size(fd, int(columns2), int(rows2))
    read_until(fd, screen, lambda: screen.refreshes >= wanted)
    result["second"] = screen.lines[:]
    os.write(fd, b"\x03")
    read_until(fd, screen, lambda: False)
    result["exit"] = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    result["scrolled"] += screen.scrolled
    result.update(entered=screen.entered, left=screen.left, cursor=screen.cursor)
    print(json.dumps(result))


main(*sys.argv[1:])
