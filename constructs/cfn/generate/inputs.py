"""`inputs.lock` → the bytes of both inputs, fetched by package name with the ordinary clients and held against their hashes."""

import hashlib
import json
import subprocess
import sys
from pathlib import Path

LOCK = Path(__file__).with_name("inputs.lock")


def read_lock() -> list[dict]:
    """The locked inputs: client, name, version, file name, SHA-256 of the file."""
    return json.loads(LOCK.read_text())


def load(cache: Path, relock: bool) -> dict[str, bytes]:
    """Both files by package name. With `relock`, whatever the named version is today is written to the lock."""
    lock = read_lock()
    out = {}
    for entry in lock:
        path = cache / entry["file"]
        if not path.exists():
            fetch(entry, cache)
        content = path.read_bytes()
        found = hashlib.sha256(content).hexdigest()
        if relock:
            entry["sha256"] = found
        elif found != entry["sha256"]:
            raise SystemExit(f"{entry['file']}: SHA-256 is {found}, inputs.lock has {entry['sha256']}")
        out[entry["name"]] = content
    if relock:
        LOCK.write_text(json.dumps(lock, indent=2) + "\n")
    return out


def fetch(entry: dict, cache: Path) -> None:
    """Downloads one package file into the cache, without installing or running anything of it."""
    cache.mkdir(parents=True, exist_ok=True)
    wanted = {
        "npm": ["npm", "pack", "--silent", f"{entry['name']}@{entry['version']}", "--pack-destination", str(cache)],
        "pip": [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary", ":all:", "--dest", str(cache)]
        + [f"{entry['name']}=={entry['version']}"],
    }[entry["client"]]
    try:
        subprocess.run(wanted, check=True, stdout=subprocess.DEVNULL)
    except (OSError, subprocess.CalledProcessError) as error:
        raise SystemExit(f"cannot fetch {entry['name']} {entry['version']} with {entry['client']}: {error}") from error
    if not (cache / entry["file"]).exists():
        raise SystemExit(f"{entry['client']} gave no {entry['file']}: is the file name in inputs.lock right for this version?")
