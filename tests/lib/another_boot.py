# SPDX-License-Identifier: MIT
# another_boot.py FILE: a pending.json as if it came from another run of the machine
import hashlib
import json
import sys

with open(sys.argv[1]) as file:
    marker = json.loads(file.readline())
marker["boot_id"] = "another"
line = json.dumps(marker, separators=(",", ":"))
with open(sys.argv[1], "w") as file:
    file.write(line + "\n" + hashlib.sha256(line.encode()).hexdigest() + "\n")
