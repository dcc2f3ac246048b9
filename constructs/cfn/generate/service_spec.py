"""`db.json.gz` of the service specification → resource types with properties, property types and attributes."""

import gzip
import io
import json
import tarfile
from dataclasses import dataclass, field

MEMBER = "package/db.json.gz"


@dataclass
class Property:
    """One property; `type` is the specification's own type object, with `ref` resolved to a definition's key."""

    type: dict
    required: bool
    replacement: str  # "no", "maybe" or "yes"
    doc: str
    raw: dict


@dataclass
class Definition:
    """A property type of one resource type."""

    name: str
    doc: str
    properties: dict[str, Property]


@dataclass
class ResourceType:
    """One resource type."""

    type: str
    service: str  # the short name, such as `events`
    name: str
    doc: str
    properties: dict[str, Property]
    definitions: dict[str, Definition]
    attributes: dict[str, str]  # name → documentation
    raw: dict = field(repr=False)


def load(archive: bytes, patch) -> dict[str, ResourceType]:
    """Reads the package archive; `patch(type, raw)` corrects a raw resource before it is read."""
    with tarfile.open(fileobj=io.BytesIO(archive)) as tar:
        schema = json.loads(gzip.decompress(tar.extractfile(MEMBER).read()))["schema"]
    entities = {
        kind: {entry["$id"]: entry for entry in table["entities"]}
        for kind, table in schema.items()
        if table["type"] == "entities"
    }
    uses = {key: [to["$id"] for to in tos] for key, tos in schema["usesType"]["forward"].items()}
    types = {}
    for service_id, links in schema["hasResource"]["forward"].items():
        service = entities["service"][service_id]["shortName"]
        for link in links:
            raw = entities["resource"][link["$id"]]
            patch(raw["cloudFormationType"], raw)
            used = {key: entities["typeDefinition"][key] for key in uses.get(raw["$id"], [])}
            types[raw["cloudFormationType"]] = resource(raw, service, used)
    return dict(sorted(types.items()))


def resource(raw: dict, service: str, used: dict[str, dict]) -> ResourceType:
    """One raw resource and the property types that it uses."""
    return ResourceType(
        type=raw["cloudFormationType"],
        service=service,
        name=raw["name"],
        doc=raw.get("documentation", ""),
        properties=properties(raw["properties"]),
        definitions={
            key: Definition(entry["name"], entry.get("documentation", ""), properties(entry["properties"]))
            for key, entry in used.items()
        },
        attributes={name: entry.get("documentation", "") for name, entry in sorted(raw["attributes"].items())},
        raw=raw,
    )


def properties(raw: dict[str, dict]) -> dict[str, Property]:
    """Raw properties, sorted by name."""
    return {
        name: Property(
            type=entry["type"],
            required=entry.get("required", False),
            replacement=entry.get("causesReplacement", "no"),
            doc=entry.get("documentation", ""),
            raw=entry,
        )
        for name, entry in sorted(raw.items())
    }


def pick(kind: dict) -> dict:
    """The branch of a union that carries most: a list, an object or a map before anything else, then a document."""
    if kind["type"] != "union":
        return kind
    ranks = {"array": 0, "ref": 0, "map": 0, "tag": 0, "json": 1}
    return pick(min(kind["types"], key=lambda t: ranks.get(t["type"], 2)))
