# SPDX-License-Identifier: MIT
"""A lab's namespaces for Python: raw sockets in them, rows, and the control socket.

The shell half (lab.sh) made the lab; FWD_LAB and FWD_SOCKET say where it is.
"""
import ctypes
import os
import select
import socket
import struct
import time

SCALE = float(os.environ.get("FWD_TIME_SCALE") or ("8" if os.environ.get("FWD_IN_VM") else "1"))
ETH_P_ALL = 0x0003
SO_RCVBUFFORCE = 33

libc = ctypes.CDLL(None, use_errno=True)


def raw_socket(namespace, interface, receive=True):
    """An AF_PACKET socket in a namespace of the lab; sends and gets whole frames."""
    here = os.open("/proc/self/ns/net", os.O_RDONLY)
    there = os.open("/run/netns/%s-%s" % (os.environ["FWD_LAB"], namespace), os.O_RDONLY)
    try:
        if libc.setns(there, 0):
            raise OSError(ctypes.get_errno(), "setns")
        sock = socket.socket(socket.AF_PACKET, socket.SOCK_RAW,
                             socket.htons(ETH_P_ALL) if receive else 0)
        sock.bind((interface, ETH_P_ALL if receive else 0))
    finally:
        libc.setns(here, 0)
        os.close(here)
        os.close(there)
    if receive:
        sock.setsockopt(socket.SOL_SOCKET, SO_RCVBUFFORCE, 64 << 20)
    return sock


def received(sock, markers, seconds, last=None):
    """Count frames that carry each marker, until `last` came or time is over."""
    counts = dict.fromkeys(markers, 0)
    end = time.monotonic() + seconds * SCALE
    while time.monotonic() < end:
        if not select.select([sock], [], [], max(0, end - time.monotonic()))[0]:
            break
        frame, address = sock.recvfrom(65535)
        if address[2] == socket.PACKET_OUTGOING:
            continue
        if last and last in frame:
            break
        for marker in markers:
            if marker in frame:
                counts[marker] += 1
    return counts


class Control:
    """The control socket, spoken by hand."""
    MAGIC, VERSION = 0x46574431, 1

    def __init__(self, path=None, timeout=10):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(timeout * SCALE)
        self.sock.connect(path or os.environ["FWD_SOCKET"])

    def frame(self, body):
        return struct.pack("!III", self.MAGIC, self.VERSION, len(body)) + body

    def receive(self):
        """A reply, or None if the other side closed."""
        head = self.read(12)
        if head is None:
            return None
        magic, version, length = struct.unpack("!III", head)
        assert (magic, version) == (self.MAGIC, self.VERSION)
        import json  # takes long to load, and most need none
        return json.loads(self.read(length))

    def read(self, size):
        data = b""
        while len(data) < size:
            try:
                more = self.sock.recv(size - len(data))
            except ConnectionResetError:
                more = b""
            if not more:
                return None
            data += more
        return data

    def raw(self, data):
        self.sock.sendall(data)

    def ask(self, op, **args):
        import json
        self.raw(self.frame(json.dumps({"op": op, "args": args}).encode()))
        return self.receive()

    def close(self):
        self.sock.close()


class Rows:
    """Rows and counts, as test.sh prints them."""

    def __init__(self):
        self.passed = self.failed = 0

    def check(self, name, good, details=""):
        if good:
            self.passed += 1
            print("ok    %s" % name, flush=True)
        else:
            self.failed += 1
            print("FAIL  %s" % name, flush=True)
            for line in str(details).splitlines():
                print("      | %s" % line, flush=True)

    def equal(self, name, expected, actual):
        self.check(name, expected == actual, "expected: %s\nactual:   %s" % (expected, actual))
