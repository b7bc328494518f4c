#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Answers one request on a socket as no good fwd would: fake_fwd.py SOCKET KIND."""
import os
import socket
import struct
import sys
import time


def frame(body, magic=0x46574431, version=1):
    return struct.pack(">III", magic, version, len(body)) + body


REPLIES = {
    "closes": b"",
    "half": frame(b'{"ok":true}')[:-3],
    "other-protocol": b"HTTP/1.1 400 Bad Request\r\n\r\n",
    "other-version": frame(b'{"ok":true,"result":{}}', version=9),
    "no-json": frame(b"hello"),
    "no-object": frame(b"[]"),
    "huge": struct.pack(">III", 0x46574431, 1, 0x7FFFFFFF),
    "empty": frame(b"{}"),
    "hostile-error": frame(b'{"ok":false,"error":{"code":"conflict",'
                           b'"message":"\\u001b[2J\\u009b31m \xc2\x9b \xff \\u202e"}}'),
    "hostile-list": frame(b'{"ok":true,"result":{"total":1,"offset":0,"items":[{"id":'
                          b'"a\\u001b]0;x\\u0007\xc2\x9b\\nb","match":{"src":"\\u001b[2J"}}]}}'),
    "endless-list": frame(b'{"ok":true,"result":{"total":5,"offset":0,"items":[]}}'),
}


def main():
    listener = socket.socket(socket.AF_UNIX)
    # Who sees the socket can connect to it.
    listener.bind(sys.argv[1] + ".new")
    listener.listen()
    os.rename(sys.argv[1] + ".new", sys.argv[1])
    client, _ = listener.accept()
    client.recv(65536)
    if sys.argv[2] == "silent":
        time.sleep(60)
    client.sendall(REPLIES[sys.argv[2]])
    client.close()


main()
