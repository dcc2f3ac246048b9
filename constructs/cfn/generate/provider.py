"""Provider schemas of the `cfn-lint` wheel → the merged model: shapes, constraints, read-only and create-only paths, handlers."""

import io
import json
import zipfile

import ir
from patterns import portable

ROOT = "cfnlint/data/schemas"
FULL_REGION = "us-east-1"  # the region whose schemas the others refer to


def load(wheel: bytes, patch) -> tuple[dict[str, dict], dict[str, set[str]]]:
    """Raw schemas by type, and the regions of each type; `patch(type, raw)` corrects a raw schema before it is read."""
    with zipfile.ZipFile(io.BytesIO(wheel)) as archive:
        prefix = f"{ROOT}/providers/"
        tables = {
            name[len(prefix) : -len(".json")]: json.loads(archive.read(name))
            for name in sorted(archive.namelist())
            if name.startswith(prefix) and name.endswith(".json")
        }
        files: dict[str, str] = {}
        for region in [FULL_REGION, *sorted(tables)]:
            for name, file in tables[region].items():
                files.setdefault(name, file)
        raw = {name: json.loads(archive.read(f"{ROOT}/resources/{file}.json")) for name, file in sorted(files.items())}
    regions: dict[str, set[str]] = {name: set() for name in raw}
    for region, table in tables.items():
        for name in table:
            if region != "sam":
                regions[name].add(region)
    for name, schema in raw.items():
        patch(name, schema)
    return raw, regions


class Reader:
    """Reads one raw schema into a merged model."""

    def __init__(self, raw: dict, into: ir.Merged) -> None:
        self.raw, self.into = raw, into
        self.definitions = raw.get("definitions", {})
        self.places: dict[str, int | None] = {}  # None while a definition is being read

    def read(self) -> None:
        """Fills the model."""
        self.fill(0, self.raw)
        into, raw = self.into, self.raw
        into.identifier = [path.removeprefix("/properties/").replace("/", ".") for path in raw.get("primaryIdentifier", [])]
        into.delete_then_create = raw.get("replacementStrategy") == "delete_then_create"
        into.sunset = raw.get("lifecycle", {}).get("date")
        for handler in ir.HANDLERS:
            permissions = raw.get("handlers", {}).get(handler, {}).get("permissions", [])
            into.permissions[handler] = sorted({p.strip() for p in permissions if p})
        tagging = raw.get("tagging", {})
        if tagging.get("taggable") and "tagProperty" in tagging:
            into.tags = (tagging["tagProperty"].rpartition("/")[2], 0)

    def flags(self, settable: set[str]) -> None:
        """Marks the paths; top-level properties that the service specification lets users set are never read-only."""
        uses = self.into.uses()
        for key, flag in (("createOnlyProperties", ir.REPLACES), ("conditionalCreateOnlyProperties", ir.MAY_REPLACE)):
            for path in self.raw.get(key, []):
                self.mark(segments(path), flag, uses)
        for path in self.raw.get("writeOnlyProperties", []):
            self.mark(segments(path), ir.WRITE_ONLY, uses)
        for path in self.raw.get("readOnlyProperties", []):
            names = segments(path)
            if "*" not in names:
                self.into.attributes.add(".".join(names))
            if names[0] not in settable:
                self.mark(names, ir.READ_ONLY, uses)

    def mark(self, names: list[str], flag: int, uses: list[int]) -> None:
        """Sets a flag on the property at the end of a path. In an object that serves several properties, a replacement is
        only possible, and nothing is read-only."""
        here = [0]
        for depth, name in enumerate(names):
            if name == "*":
                continue
            last = all(rest == "*" for rest in names[depth + 1 :])
            found: list[int] = []
            for at in here:
                entry = self.into.objects[at].properties.get(name)
                if entry is None:
                    continue
                if not last:
                    found.extend(self.into.objects_of(entry[0]))
                elif at == 0 or uses[at] <= 1:
                    entry[1] |= flag
                elif flag == ir.REPLACES:
                    entry[1] |= ir.MAY_REPLACE
            here = found

    def fill(self, at: int, raw: dict) -> None:
        """Reads an object's properties and rules."""
        target = self.into.objects[at]
        required = set(raw.get("required", []))
        for name, entry in sorted(raw.get("properties", {}).items()):
            target.properties[name] = [self.shape(entry), ir.REQUIRED if name in required else 0]
        target.open = raw.get("additionalProperties", True) is not False or bool(raw.get("patternProperties"))
        if isinstance(raw.get("requiredXor"), list):
            target.rules.append((ir.XOR, tuple(raw["requiredXor"])))
        if isinstance(raw.get("requiredOr"), list):
            target.rules.append((ir.OR, tuple(raw["requiredOr"])))
        for key, kind in (("dependentExcluded", ir.EXCLUDES), ("dependentRequired", ir.REQUIRES)):
            for name, others in sorted(raw.get(key, {}).items()):
                target.rules.append((kind, (name, *others)))
        for key, kind in (("oneOf", ir.XOR), ("anyOf", ir.OR)):
            names = single_requirements(raw.get(key, []))
            if names and all(name in target.properties for name in names):
                target.rules.append((kind, tuple(names)))

    def shape(self, raw) -> int:
        """The shape of a value."""
        if not isinstance(raw, dict):
            return self.into.shape(ir.ANY)
        if "$ref" in raw:
            return self.reference(raw["$ref"])
        if "properties" not in raw:
            for key in ("oneOf", "anyOf"):
                if raw.get(key):
                    own = {k: v for k, v in raw.items() if k not in ("oneOf", "anyOf", "allOf")}
                    parts = [part for part in raw[key] if isinstance(part, dict)]
                    return self.into.union([self.shape({**own, **part}) for part in parts])
            if raw.get("allOf") and "type" not in raw:
                return self.shape(raw["allOf"][0])
        return self.typed(raw)

    def reference(self, path: str) -> int:
        """The shape of a definition; one that contains itself without an object between is anything."""
        if path in self.places:
            place = self.places[path]
            return self.into.shape(ir.ANY) if place is None else place
        raw = self.raw
        for name in path.removeprefix("#/").split("/"):
            raw = raw.get(name, {})
        self.places[path] = None
        if isinstance(raw.get("properties"), dict) and raw.get("type", "object") == "object":
            at = self.into.object(path.rpartition("/")[2])
            self.places[path] = self.into.shape(("object", at))
            self.fill(at, raw)
        else:
            self.places[path] = self.shape(raw)
        return self.places[path]

    def typed(self, raw: dict) -> int:
        """The shape of a value whose schema has a type, or that lists values."""
        kinds = raw.get("type")
        if isinstance(kinds, list):
            kinds = [kind for kind in kinds if kind != "null"]
            if set(kinds) == {"object", "string"} and "properties" not in raw:
                return self.into.shape(ir.JSON)
            return self.into.union([self.typed({**raw, "type": kind}) for kind in kinds])
        into = self.into
        if "enum" in raw and kinds in ("string", "integer", "number", None):
            return into.shape(string(raw))
        match kinds:
            case "string":
                return into.shape(string(raw))
            case "integer" | "number":
                return into.shape(("int" if kinds == "integer" else "num", raw.get("minimum"), raw.get("maximum")))
            case "boolean":
                return into.shape(ir.BOOL)
            case "array":
                item = self.shape(raw.get("items", True))
                return into.shape(("list", item, raw.get("minItems"), raw.get("maxItems"), bool(raw.get("uniqueItems"))))
            case "object" | None if isinstance(raw.get("properties"), dict):
                at = into.object()
                self.fill(at, raw)
                return into.shape(("object", at))
            case "object":
                parts = [self.shape(part) for part in raw.get("patternProperties", {}).values()]
                item = into.union(parts) if parts else into.shape(ir.ANY)
                return into.shape(("map", item, raw.get("minProperties"), raw.get("maxProperties")))
            case None if "const" in raw:
                return into.shape(string(raw))
            case _:
                return into.shape(ir.ANY)


def string(raw: dict) -> tuple:
    """The shape of a string with its constraints."""
    values = raw.get("enum") or raw.get("enumCaseInsensitive") or ([raw["const"]] if "const" in raw else [])
    values = tuple(str(value) for value in sorted(values, key=lambda v: (0, v, "") if isinstance(v, int | float) else (1, 0, str(v))))
    pattern = portable(raw["pattern"]) if "pattern" in raw and not values else None
    lengths = (None, None) if values else (raw.get("minLength") or None, raw.get("maxLength"))
    return ("str", values, "enumCaseInsensitive" in raw and "enum" not in raw, pattern, *lengths)


def segments(path: str) -> list[str]:
    """`/properties/A/items/properties/B` and `/properties/A/*/B` → `["A", "*", "B"]`."""
    names = path.split("/")[1:]
    out = []
    for at, name in enumerate(names):
        if name == "properties" and (at == 0 or names[at - 1] in ("items", "*")):
            continue
        out.append("*" if name == "items" else name)
    return out


def single_requirements(parts: list) -> list[str]:
    """The names, where every alternative only requires one property."""
    names = []
    for part in parts:
        if not isinstance(part, dict) or set(part) - {"description", "title"} != {"required"} or len(part["required"]) != 1:
            return []
        names.append(part["required"][0])
    return names if len(set(names)) == len(names) > 1 else []
