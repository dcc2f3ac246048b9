"""Merged models → the embedded schema file, and back to comparable parts. The layout is told in `constructs/schema/src/format.rs`."""

import struct
import zlib

import ir

MAGIC = b"cfnspec1"


class Chunk:
    """One resource type, before compression."""

    def __init__(self) -> None:
        self.places: dict[str, int] = {}
        self.body = bytearray()

    def number(self, value: int) -> None:
        """An unsigned number, seven bits a byte, lowest first."""
        while value > 127:
            self.body.append(value & 127 | 128)
            value >>= 7
        self.body.append(value)

    def text(self, value: str) -> None:
        """The place of a string in the chunk's table."""
        self.number(self.places.setdefault(value, len(self.places)))

    def texts(self, values) -> None:
        """A count and that many strings."""
        self.number(len(values))
        for value in values:
            self.text(value)

    def options(self, values: list, write) -> None:
        """A byte that tells which values are there, and those."""
        self.body.append(sum(1 << at for at, value in enumerate(values) if value is not None))
        for value in values:
            if value is not None:
                write(value)

    def double(self, value: float) -> None:
        """A 64-bit float."""
        self.body += struct.pack("<d", value)

    def shape(self, shape: tuple) -> None:
        """A tag and its fields."""
        tags = ("any", "json", "bool", "str", "int", "num", "list", "map", "object", "union")
        self.body.append(tags.index(shape[0]))
        match shape:
            case ("str", values, nocase, pattern, low, high):
                self.body.append(int(nocase))
                self.texts(values)
                self.options([pattern], self.text)
                self.options([low, high], self.number)
            case ("int" | "num", low, high):
                self.options([low, high], self.double)
            case ("list", item, low, high, unique):
                self.body.append(int(unique))
                self.number(item)
                self.options([low, high], self.number)
            case ("map", item, low, high):
                self.number(item)
                self.options([low, high], self.number)
            case ("object", at):
                self.number(at)
            case ("union", parts):
                self.number(len(parts))
                for part in parts:
                    self.number(part)

    def object(self, entry: ir.Object) -> None:
        """Properties sorted by name, then the rules."""
        self.body.append(int(entry.open))
        self.number(len(entry.properties))
        for name, (place, flags) in sorted(entry.properties.items()):
            self.text(name)
            self.number(place)
            self.body.append(flags)
        self.number(len(entry.rules))
        for kind, names in entry.rules:
            self.body.append(kind)
            if kind in (ir.EXCLUDES, ir.REQUIRES):
                self.text(names[0])
                names = names[1:]
            self.texts(names)

    def model(self, model: ir.Merged) -> bytes:
        """The whole chunk: string table, shapes, objects, facts."""
        for items, write in ((model.shapes, self.shape), (model.objects, self.object)):
            self.number(len(items))
            for item in items:
                write(item)
        self.body.append(model.stateful | model.delete_then_create << 1)
        self.options([model.sunset], self.text)
        self.options([model.tags], lambda tags: (self.text(tags[0]), self.number(tags[1])))
        self.texts(sorted(model.attributes))
        self.texts(model.identifier)
        for handler in ir.HANDLERS:
            self.texts(model.permissions.get(handler, []))
        head = Chunk()
        encoded = [text.encode() for text in self.places]
        head.number(len(encoded))
        for text in encoded:
            head.number(len(text))
        return bytes(head.body + b"".join(encoded) + self.body)


def write(models: dict[str, ir.Merged]) -> bytes:
    """The file: header, region names, index, type names, compressed chunks."""
    regions = sorted({region for model in models.values() for region in model.regions})
    out = bytearray(MAGIC)
    out += struct.pack("<HI", len(regions), len(models))
    for region in regions:
        out += bytes([len(region)]) + region.encode()
    names, data = bytearray(), bytearray()
    for name, model in sorted(models.items()):
        raw = Chunk().model(model)
        packer = zlib.compressobj(9, zlib.DEFLATED, -15)
        names += name.encode()
        data += packer.compress(raw) + packer.flush()
        mask = sum(1 << at for at, region in enumerate(regions) if region in model.regions)
        out += struct.pack("<IIIQ", len(names), len(data), len(raw), mask)
    return bytes(out + names + data)


def parts(file: bytes) -> list:
    """Everything in the file with the chunks unpacked: equal parts mean equal schemas, whichever deflate packed them."""
    count, types = struct.unpack_from("<HI", file, len(MAGIC))
    at = len(MAGIC) + 6
    regions = []
    for _ in range(count):
        regions.append(file[at + 1 : at + 1 + file[at]])
        at += 1 + file[at]
    index = [struct.unpack_from("<IIIQ", file, at + 20 * n) for n in range(types)]
    at += 20 * types
    names = file[at : at + (index[-1][0] if index else 0)]
    data = at + len(names)
    out = [file[: len(MAGIC)], regions, [(name_end, raw, mask) for name_end, _, raw, mask in index], names]
    start = 0
    for _, end, _, _ in index:
        out.append(zlib.decompress(file[data + start : data + end], -15))
        start = end
    return out


def by_type(file: bytes) -> dict[str, bytes]:
    """The unpacked chunk of each type, for the change report."""
    _, _, index, names, *chunks = parts(file)
    ends = [entry[0] for entry in index]
    return {names[start:end].decode(): chunk for start, end, chunk in zip([0, *ends], ends, chunks)}
