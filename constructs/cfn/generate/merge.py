"""Provider schema + service specification → one merged model per resource type. The provider schema decides shapes and constraints:
it is what CloudFormation itself validates with; the specification adds types, properties, attributes and replacement flags it lacks."""

import ir
import provider
from service_spec import Definition, Property, ResourceType

REPLACEMENT = {"yes": ir.REPLACES, "maybe": ir.MAY_REPLACE}
TAG_SHAPES = {"standard": 0, "map": 1, "asg": 2}


def merge(specs: dict[str, ResourceType], raws: dict[str, dict], regions: dict[str, set[str]]) -> dict[str, ir.Merged]:
    """All types of both inputs, by name."""
    out = {}
    for name in sorted(specs.keys() | raws.keys()):
        model = ir.Merged(name)
        raw, spec = raws.get(name), specs.get(name)
        reader = provider.Reader(raw, model) if raw else None
        if reader:
            reader.read()
        if spec:
            Adder(spec, model).add(known=reader is not None)
        if reader:
            reader.flags(set(spec.properties) if spec else set())
        model.regions = regions.get(name, set())
        if model.tags and model.tags[0] not in model.objects[0].properties:
            model.tags = None
        out[name] = model
    return out


class Adder:
    """Adds one specification to a model."""

    def __init__(self, spec: ResourceType, into: ir.Merged) -> None:
        self.spec, self.into = spec, into
        self.added: set[str] = set()
        self.pairs = {0: spec.properties}

    def add(self, known: bool) -> None:
        """`known`: the provider schema has filled the model already."""
        spec, into = self.spec, self.into
        into.attributes |= set(spec.attributes)
        into.stateful = bool(spec.raw.get("isStateful"))
        into.identifier = into.identifier or spec.raw.get("primaryIdentifier", [])
        tags = spec.raw.get("tagInformation")
        if tags:
            into.tags = (tags["tagPropertyName"], TAG_SHAPES[tags["variant"]])
        for definition in spec.definitions.values():
            if known and definition.name in into.named:
                self.properties(into.named[definition.name], definition.properties, known)
        self.properties(0, spec.properties, known)

    def properties(self, at: int, properties: dict[str, Property], known: bool) -> None:
        """Adds what is missing in an object, and the replacement flags of what is there."""
        target = self.into.objects[at].properties
        for name, prop in properties.items():
            if name not in target:
                required = ir.REQUIRED if prop.required and not known else 0
                target[name] = [self.shape(prop.type), required]
            target[name][1] |= REPLACEMENT.get(prop.replacement, 0)

    def shape(self, kind: dict) -> int:
        """The shape of a specification type."""
        into = self.into
        match kind["type"]:
            case "string":
                values = tuple(sorted(map(str, kind.get("allowedValues", []))))
                return into.shape(("str", values, False, None, None, None))
            case "date-time":
                return into.shape(ir.STRING)
            case "integer" | "number":
                return into.shape(("int" if kind["type"] == "integer" else "num", None, None))
            case "boolean":
                return into.shape(ir.BOOL)
            case "array":
                return into.shape(("list", self.shape(kind["element"]), None, None, False))
            case "map":
                return into.shape(("map", self.shape(kind["element"]), None, None))
            case "union":
                return into.union([self.shape(part) for part in kind["types"]])
            case "tag":
                return into.shape(("object", self.tag()))
            case "ref":
                return into.shape(("object", self.definition(self.spec.definitions[kind["reference"]["$ref"]])))
            case _:
                return into.shape(ir.ANY)

    def tag(self) -> int:
        """The common tag object."""
        if "Tag" not in self.into.named:
            at = self.into.object("Tag")
            place = self.into.shape(ir.STRING)
            self.into.objects[at].properties = {"Key": [place, ir.REQUIRED], "Value": [place, ir.REQUIRED]}
        return self.into.named["Tag"]

    def definition(self, definition: Definition) -> int:
        """The object of a definition."""
        if definition.name not in self.into.named:
            at = self.into.object(definition.name)
            self.properties(at, definition.properties, known=False)
        return self.into.named[definition.name]
