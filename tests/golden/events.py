#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Events suit their schema, and have no member that it lacks.

	events.py SCHEMA EVENTS

Prints a line "ok TEXT" or "fail TEXT" for each line of EVENTS.
"""
import json
import sys

import jsonschema

SCHEMA = json.load(open(sys.argv[1]))
VALIDATOR = jsonschema.Draft7Validator(SCHEMA)
MEMBERS = {kind["properties"]["type"]["const"]: set(kind["properties"]) for kind in SCHEMA["oneOf"]}

for number, line in enumerate(open(sys.argv[2]), 1):
    event = json.loads(line)
    problems = [error.message for error in VALIDATOR.iter_errors(event)][:1]
    problems += sorted(set(event) - MEMBERS.get(event["type"], set()))
    text = f"event {number}, {event['type']}"
    print(f"fail {text}: {'; '.join(problems)}" if problems else f"ok {text} suits the schema")
