"""Merged models → enums and attributes that the service specification lacks, for the typed resources."""

import ir
from service_spec import Property, ResourceType


def enrich(spec: ResourceType, model: ir.Merged) -> None:
    """Adds what the provider schema knows to one specification."""
    for name in sorted(model.attributes):
        spec.attributes.setdefault(name, "")
    properties(spec.properties, model, 0)
    for definition in spec.definitions.values():
        if definition.name in model.named:
            properties(definition.properties, model, model.named[definition.name])


def properties(specified: dict[str, Property], model: ir.Merged, at: int) -> None:
    """Adds enum values to the properties of one object."""
    for name, prop in specified.items():
        entry = model.objects[at].properties.get(name)
        if entry:
            values(prop.type, model, entry[0])


def values(kind: dict, model: ir.Merged, place: int) -> None:
    """Adds enum values to one type, through lists."""
    shape = model.shapes[place]
    if kind["type"] == "array" and shape[0] == "list":
        values(kind["element"], model, shape[1])
    elif kind["type"] == "string" and shape[0] == "str" and shape[1] and not kind.get("allowedValues"):
        kind["allowedValues"] = list(shape[1])
