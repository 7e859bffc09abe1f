"""Reads a JSON list of texts from standard input; writes what PyYAML ("yaml") or json ("json") makes of each.

A value is written as a pair of its Python type and a text; null in place of a whole value: the reader refuses the text.
"""

import datetime
import json
import math
import sys

import yaml


def described(value):
    if isinstance(value, dict):
        return ["dict", [[key_text(key), described(member)] for key, member in value.items()]]
    if isinstance(value, list):
        return ["list", [described(member) for member in value]]
    if isinstance(value, bool):
        return ["bool", str(value)]
    if isinstance(value, float) and not math.isfinite(value):
        return ["float", {"inf": "Infinity", "-inf": "-Infinity"}.get(str(value), "NaN")]
    if isinstance(value, (int, float)):
        return [type(value).__name__, repr(value)]
    if isinstance(value, (datetime.date, datetime.datetime)):
        return ["date", value.isoformat()]
    return ["str", value] if isinstance(value, str) else [type(value).__name__, ""]


def key_text(key):
    return key.isoformat() if isinstance(key, datetime.date) else str(key)


def read(kind, text):
    try:
        if kind == "json":
            return described(json.loads(text))
        return ["stream", [described(document) for document in yaml.safe_load_all(text)]]
    except (yaml.YAMLError, ValueError, RecursionError, OverflowError, KeyError, IndexError, AttributeError, TypeError):
        return None


sys.set_int_max_str_digits(0)
texts = json.load(sys.stdin)
json.dump([read(sys.argv[1], text) for text in texts], sys.stdout)
