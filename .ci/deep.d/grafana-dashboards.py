"""Reads each dashboard as Grafana's foundation SDK has it, writes it again, and names what was lost or changed on the way.

The SDK is made from Grafana's own schemas (https://github.com/grafana/grafana-foundation-sdk): a field that no schema has
is not written again.
"""
import json
import sys

from grafana_foundation_sdk.cog.encoder import JSONEncoder
from grafana_foundation_sdk.cog.plugins import register_default_plugins
from grafana_foundation_sdk.models.dashboard import Dashboard

register_default_plugins()


def differences(before, after, path=""):
    """Places of `before` that `after` has not, or has otherwise; what the SDK adds by itself does not count."""
    if isinstance(before, dict) and isinstance(after, dict):
        for name, value in before.items():
            # Empty is the same as left out.
            if name not in after:
                if value not in (None, "", [], {}, False):
                    yield f"{path}/{name} is in no schema: {value}"
            else:
                yield from differences(value, after[name], f"{path}/{name}")
    elif isinstance(before, list) and isinstance(after, list) and len(before) == len(after):
        for index, pair in enumerate(zip(before, after)):
            yield from differences(*pair, f"{path}/{index}")
    elif before != after:
        yield f"{path} is {before!r}, and {after!r} when it is written again"


failed = False
for name in sys.argv[1:]:
    with open(name, encoding="utf-8") as file:
        before = json.load(file)
    after = json.loads(JSONEncoder().encode(Dashboard.from_json(before)))
    faults = list(differences(before, after))
    print(f"{name}: {len(before['panels'])} panels, {len(faults)} faults")
    for fault in faults:
        failed = True
        print(f"  {fault}")
sys.exit(1 if failed or len(sys.argv) < 2 else 0)
