"""Locked inputs → the typed resources of `pipesynth-cfn` and the embedded schema of `pipesynth-schema`.

    python generate.py            write both, and print which types came, went or changed
    python generate.py --check    write nothing; exit 1 where the committed output is not what the inputs give
    python generate.py --relock   as without options, and lock the files that the versions in inputs.lock are today
"""

import argparse
import json
import shutil
import sys
import tomllib
from pathlib import Path

import blob
import inputs
import provider
import rust
import service_spec
from enrich import enrich
from merge import merge
from patches import Patches

HERE = Path(__file__).resolve().parent
SOURCE = HERE.parent / "src"
SCHEMA = HERE.parents[1] / "schema/data/schema.bin"
CACHE = HERE.parents[2] / "target/cfn-inputs"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--relock", action="store_true")
    parser.add_argument("--cache", type=Path, default=CACHE, help="where the downloaded files are kept")
    options = parser.parse_args()

    files = inputs.load(options.cache, options.relock)
    sources, schema = build(files)
    wrong = features(json.loads((HERE / "services.json").read_text()))
    if options.check:
        wrong += compare(sources, schema)
    else:
        write(sources, schema)
    for line in wrong:
        print(line, file=sys.stderr)
    return 1 if wrong else 0


def build(files: dict[str, bytes]) -> tuple[dict[str, str], bytes]:
    """The generated Rust files by their path under `src/`, and the schema file."""
    patches = Patches()
    specs = service_spec.load(files["@aws-cdk/aws-service-spec"], patches.apply("spec"))
    raws, regions = provider.load(files["cfn-lint"], patches.apply("provider"))
    patches.finish()
    models = merge(specs, raws, regions)
    for name, spec in specs.items():
        enrich(spec, models[name])
    return rust.render(specs, json.loads((HERE / "services.json").read_text())), blob.write(models)


def features(services: dict) -> list[str]:
    """Every service is a feature of the crate and a default one."""
    table = tomllib.loads((HERE.parent / "Cargo.toml").read_text())["features"]
    names = sorted(services)
    wanted = {"default": names, **{name: [] for name in names}}
    return [] if table == wanted else [f"Cargo.toml: features must be `default` with all of, and each empty: {' '.join(names)}"]


def committed() -> dict[str, Path]:
    """The generated Rust files that are there."""
    paths = [SOURCE / "generated.rs", *sorted((SOURCE / "generated").rglob("*.rs"))]
    return {str(path.relative_to(SOURCE)): path for path in paths if path.exists()}


def compare(sources: dict[str, str], schema: bytes) -> list[str]:
    """What of the committed output differs. The schema's chunks are compared unpacked: deflate libraries pack differently."""
    there = committed()
    wrong = [f"src/{path}: not generated any more" for path in there if path not in sources]
    for path, text in sorted(sources.items()):
        if path not in there or there[path].read_text() != text:
            wrong.append(f"src/{path}: differs from what the inputs give")
    if not SCHEMA.exists() or blob.parts(SCHEMA.read_bytes()) != blob.parts(schema):
        wrong.append("schema/data/schema.bin: differs from what the inputs give")
    return wrong


def write(sources: dict[str, str], schema: bytes) -> None:
    """Writes what differs and prints the change report."""
    before = blob.by_type(SCHEMA.read_bytes()) if SCHEMA.exists() else {}
    after = blob.by_type(schema)
    report("added", after.keys() - before.keys())
    report("removed", before.keys() - after.keys())
    report("changed", {name for name in before.keys() & after.keys() if before[name] != after[name]})
    shutil.rmtree(SOURCE / "generated", ignore_errors=True)
    for path, text in sources.items():
        (SOURCE / path).parent.mkdir(parents=True, exist_ok=True)
        (SOURCE / path).write_text(text)
    if not SCHEMA.exists() or blob.parts(SCHEMA.read_bytes()) != blob.parts(schema):
        SCHEMA.parent.mkdir(parents=True, exist_ok=True)
        SCHEMA.write_bytes(schema)
    print(f"{len(after)} types in {len(schema)} bytes; {len(sources)} Rust files")


def report(what: str, names: set[str]) -> None:
    """One line of the change report."""
    if names:
        shown = " ".join(sorted(names)[:40]) + (" …" if len(names) > 40 else "")
        print(f"{len(names)} types {what}: {shown}")


if __name__ == "__main__":
    sys.exit(main())
