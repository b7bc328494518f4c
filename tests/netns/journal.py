#!/usr/bin/python3
# SPDX-License-Identifier: MIT
# In the journal's place: journal.py SOCKET FILE writes each entry that comes to SOCKET to FILE, as a
# line of JSON with a list of values for each field.
import json
import os
import socket
import struct
import sys


def fields(entry):
    found = {}
    at = 0
    while at < len(entry):
        end = entry.index(b"\n", at)
        name, equals, value = entry[at:end].partition(b"=")
        if not equals:
            size = struct.unpack("<Q", entry[end + 1 : end + 9])[0]
            value = entry[end + 9 : end + 9 + size]
            end += 9 + size
        at = end + 1
        found.setdefault(name.decode(), []).append(value.decode())
    return found


path, out = sys.argv[1:]
if os.path.exists(path):
    os.unlink(path)
receiver = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
receiver.bind(path)
with open(out, "a", encoding="utf-8") as file:
    while True:
        file.write(json.dumps(fields(receiver.recv(65536))) + "\n")
        file.flush()
