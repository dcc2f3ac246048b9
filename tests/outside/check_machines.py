"""Folders of templates → exit code 0 where every state machine in them comes to its documented end, whatever fails.

usage: check_machines.py --node DIR FOLDER [FOLDER …]

Each machine is run by a small interpreter of the Amazon States Language, with the expressions evaluated by npm jsonata: see node/machines.
"""

import argparse
import json
import subprocess
import sys
from pathlib import Path

from checks.state_machines import TYPE, definition
from checks.templates import find as find_templates


def main():
    parser = argparse.ArgumentParser(description="runs every state machine, with each single failure")
    parser.add_argument("folders", nargs="+", type=Path, metavar="FOLDER")
    parser.add_argument("--node", required=True, type=Path, metavar="DIR", help="folder with machines/ and node_modules")
    arguments = parser.parse_args()
    machines = list(different(find_templates(arguments.folders)))
    if not machines:
        sys.exit(f"no state machine in {', '.join(map(str, arguments.folders))}")
    run = subprocess.run(["node", "machines/main.mjs"], cwd=arguments.node, input=json.dumps(machines), text=True, check=False)
    return run.returncode


def different(templates):
    """Every machine once, however many templates have it."""
    seen = set()
    for template in templates:
        for resource in template.body.get("Resources", {}).values():
            if resource["Type"] != TYPE:
                continue
            machine = definition(resource["Properties"])
            text = json.dumps(machine, sort_keys=True)
            if text not in seen:
                seen.add(text)
                yield {"name": template.name, "definition": machine}


if __name__ == "__main__":
    sys.exit(main())
