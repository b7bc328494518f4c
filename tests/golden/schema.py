#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Check configs/fwd.schema.json against configs and documentation.

Prints rows, "ok NAME" or "fail NAME: why".

Good configs suit it. Bad ones do not, where their mistake is one that a schema can see: the
schema may be laxer than fwd, as it knows nothing of what is said elsewhere.
"""
import glob
import json
import os
import re
import warnings

import jsonschema

os.chdir(os.path.dirname(os.path.realpath(__file__)))
warnings.simplefilter("ignore")
SCHEMA = json.load(open("../../configs/fwd.schema.json"))
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)

# Mistakes of a single value or key.
SEEN = {"E0101", "E0102", "E0103", "E0104", "E0105", "E0106", "E0108", "E0109", "E0201", "E0203",
        "E0205", "E0206", "E0208", "E0210", "E0211", "E0213"}


def row(name, problem):
    print(f"fail {name}: {problem}" if problem else f"ok {name}")


def first_error(config, validator=VALIDATOR):
    for error in validator.iter_errors(config):
        return f"{error.json_path}: {error.message}"
    return None


def good():
    for path in sorted(glob.glob("good/**/*.json", recursive=True) + glob.glob("warned/*.json") +
                       glob.glob("../../configs/*.json")):
        if not path.endswith(".schema.json"):
            row(f"the schema takes {os.path.relpath(path)}", first_error(json.load(open(path))))


def bad():
    for path in sorted(glob.glob("bad/*.txt")):
        config = path[:-4] + ".json"
        # Not what is wrong with files that the config names.
        reported = re.findall(f"^{re.escape(config)}:.*\\[([EW]\\d+)\\]$", open(path).read(), re.M)
        try:
            value = json.load(open(config))
        except (OSError, ValueError):
            continue
        if SEEN & set(reported):
            row(f"the schema refuses {config}", None if first_error(value) else "it takes it")


def examples():
    """The configs in the documentation: whole ones, a member or a rule."""
    rule = VALIDATOR.evolve(schema={"$ref": "#/$defs/rule", "$defs": SCHEMA["$defs"]})
    for path in ("README.md", "docs/config.md", "docs/man/fwd.json.5"):
        text = open("../../" + path).read()
        blocks = re.findall(r"^```json\n(.*?)^```$", text, re.M | re.S)
        blocks += re.findall(r"^\.Bd [^\n]*\n(\{.*?)^\.Ed$", text, re.M | re.S)
        row(f"{path} has examples", None if blocks else "there are none")
        for number, block in enumerate(blocks, 1):
            value = json.loads(block if block.startswith("{") else "{" + block + "}")
            row(f"the schema takes {path}, example {number}",
                first_error(value, rule if "id" in value else VALIDATOR))


jsonschema.Draft202012Validator.check_schema(SCHEMA)
good()
bad()
examples()
