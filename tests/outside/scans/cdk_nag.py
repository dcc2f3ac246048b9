"""Templates → findings of cdk-nag's rules for AWS Solutions, all templates in one Node process."""

import json
import subprocess

from checks.findings import Finding

NAME = "cdk-nag"


def find(written, folder):
    """Every rule that is broken, once for a resource. `folder` holds nag.mjs and its node_modules."""
    if not written:
        return
    paths = list(written)
    lines = "".join(f"{path}\n" for path in paths)
    run = subprocess.run(["node", "nag.mjs"], cwd=folder, input=lines, capture_output=True, text=True, check=False)
    if run.returncode != 0:
        raise RuntimeError(f"nag.mjs failed: {run.stderr.strip()}")
    for path, found in zip(paths, json.loads(run.stdout), strict=True):
        seen = set()
        for one in found:
            # `AwsSolutions-IAM5[Resource::…]` comes once for each resource of a policy.
            rule, _, what = one["rule"].partition("[")
            if (rule, one["id"]) not in seen:
                seen.add((rule, one["id"]))
                message = " ".join(part for part in (what.rstrip("]"), one["message"][:200]) if part)
                yield Finding(NAME, rule, written[path], one["id"], message=message)
