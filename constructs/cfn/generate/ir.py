"""The merged model of one resource type: a table of value shapes, objects with flagged properties, and facts about the type."""

from dataclasses import dataclass, field

REQUIRED, READ_ONLY, MAY_REPLACE, REPLACES, WRITE_ONLY = 1, 2, 4, 8, 16
XOR, OR, EXCLUDES, REQUIRES = 0, 1, 2, 3
HANDLERS = ("create", "read", "update", "delete", "list")

# A shape is a tuple, so that equal shapes share one place in the table:
#   ("any",) ("json",) ("bool",)
#   ("str", enum, nocase, pattern, shortest, longest)   ("int" | "num", lowest, highest)
#   ("list", item, fewest, most, unique)   ("map", item, fewest, most)   ("object", object)   ("union", shapes)
ANY, JSON, BOOL = ("any",), ("json",), ("bool",)
STRING = ("str", (), False, None, None, None)


@dataclass
class Object:
    """An object: its properties as name → [shape, flags], and rules between them as (kind, names)."""

    properties: dict[str, list] = field(default_factory=dict)
    rules: list[tuple[int, tuple[str, ...]]] = field(default_factory=list)
    open: bool = False


@dataclass
class Merged:
    """Everything that the embedded schema says about one resource type. Object 0 is the resource's own properties."""

    type: str
    shapes: list[tuple] = field(default_factory=list)
    objects: list[Object] = field(default_factory=lambda: [Object()])
    named: dict[str, int] = field(default_factory=dict)  # definition name → object
    attributes: set[str] = field(default_factory=set)
    identifier: list[str] = field(default_factory=list)
    permissions: dict[str, list[str]] = field(default_factory=dict)
    tags: tuple[str, int] | None = None  # property, and 0 list, 1 map, 2 Auto Scaling list
    stateful: bool = False
    delete_then_create: bool = False
    sunset: str | None = None
    regions: set[str] = field(default_factory=set)

    def shape(self, value: tuple) -> int:
        """The place of a shape in the table."""
        if value in self._places:
            return self._places[value]
        self._places[value] = len(self.shapes)
        self.shapes.append(value)
        return self._places[value]

    def object(self, name: str | None = None) -> int:
        """A new object."""
        self.objects.append(Object())
        if name is not None:
            self.named[name] = len(self.objects) - 1
        return len(self.objects) - 1

    def union(self, shapes: list[int]) -> int:
        """One shape that accepts what any of these accepts."""
        flat: list[int] = []
        for place in shapes:
            kind = self.shapes[place]
            flat.extend(kind[1] if kind[0] == "union" else [place])
        unique = tuple(dict.fromkeys(flat))
        return unique[0] if len(unique) == 1 else self.shape(("union", unique))

    def objects_of(self, place: int) -> list[int]:
        """The objects that a shape leads to directly or as items."""
        kind = self.shapes[place]
        match kind[0]:
            case "object":
                return [kind[1]]
            case "list" | "map":
                return self.objects_of(kind[1])
            case "union":
                return [found for part in kind[1] for found in self.objects_of(part)]
            case _:
                return []

    def uses(self) -> list[int]:
        """For every object, by how many properties it is used."""
        counts = [0] * len(self.objects)
        for entry in self.objects:
            for place, _ in entry.properties.values():
                for found in self.objects_of(place):
                    counts[found] += 1
        return counts

    def __post_init__(self) -> None:
        self._places: dict[tuple, int] = {}
