"""The files that people write and read, by readers that are not ours: JSON Schema on examples, YAML 1.1 on templates.

usage: check_files.py --binary PIPESYNTH --root REPOSITORY

- Every pipeline.yaml, pipesynth.yaml and scenario under examples/ fits the schemas in schema/ (PyPI `jsonschema`), and a planted fault in
  each of them does not.
- `pipesynth synth --format yaml`, read by PyYAML as YAML 1.1, is the same template as the JSON: CloudFormation reads YAML 1.1, in
  which `on` is a boolean and `12:30` a number.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path

import yaml
from jsonschema import Draft202012Validator

FILES = {
    "pipeline.yaml": "pipeline.schema.json",
    "pipelines/*.yaml": "pipeline.schema.json",
    "pipesynth.yaml": "pipesynth.schema.json",
    "scenarios/*.yaml": "scenario.schema.json",
}


class Editor(yaml.SafeLoader):
    """YAML as editors read it: a date is text."""


Editor.yaml_implicit_resolvers = {
    first: [pair for pair in pairs if pair[0] != "tag:yaml.org,2002:timestamp"]
    for first, pairs in yaml.SafeLoader.yaml_implicit_resolvers.items()
}

# Words that YAML 1.1 takes for something else, each as a tag and as a Spark property.
WORDS = ["on", "Yes", "off", "~", "null", "012", "0x10", "1_000", "12:30:45", "2026-01-02", "=", "1e3", ".inf", "+1"]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--binary", required=True, type=Path)
    parser.add_argument("--root", required=True, type=Path)
    arguments = parser.parse_args()
    wrong = schemas(arguments.root)
    examples = sorted((arguments.root / "examples").rglob("pipeline.yaml"))
    with tempfile.TemporaryDirectory() as folder:
        examples.append(ambiguous(Path(folder)))
        for example in examples:
            wrong += same(arguments.binary, example)
    for line in wrong:
        print(f"  {line}")
    print(f"files: {len(examples)} pipelines, {len(wrong)} findings")
    return 1 if wrong else 0


def schemas(root):
    wrong = []
    for name, schema in FILES.items():
        schema = json.loads((root / "schema" / schema).read_text())
        Draft202012Validator.check_schema(schema)
        validator = Draft202012Validator(schema)
        files = sorted((root / "examples").rglob(name))
        if not files:
            wrong.append(f"no {name} under examples/")
        for file in files:
            text = yaml.load(file.read_text(), Loader=Editor)
            wrong += [f"{file.relative_to(root)}: {e.json_path}: {e.message}" for e in validator.iter_errors(text)]
            if not list(validator.iter_errors({**text, "surprise": 1})):
                wrong.append(f"{file.relative_to(root)}: the schema lets an unknown key pass")
    return wrong


def ambiguous(folder):
    tags = {f"tag{i}": word for i, word in enumerate(WORDS) if word not in "~="}
    conf = {f"spark.x{i}": word for i, word in enumerate(WORDS)}
    step = {"name": "a", "type": "spark", "application": "s3://bucket/a.py", "conf": conf, "arguments": WORDS}
    file = folder / "pipeline.yaml"
    file.write_text(json.dumps({"name": "words", "tags": tags, "steps": [step]}))
    return file


def same(binary, example):
    texts = {}
    for form in ("json", "yaml"):
        run = subprocess.run([binary, "synth", example, "--format", form], capture_output=True, text=True, check=False)
        if run.returncode:
            return [f"{example}: {form}: {run.stderr}"]
        texts[form] = run.stdout
    read = yaml.load(texts["yaml"], Loader=yaml.SafeLoader)
    return [] if read == json.loads(texts["json"]) else [f"{example}: read as YAML 1.1 the template is another one"]


if __name__ == "__main__":
    sys.exit(main())
