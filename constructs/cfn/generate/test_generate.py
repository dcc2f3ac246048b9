"""What the generator promises: `python -m unittest discover -s constructs/cfn/generate`."""

import unittest

import blob
import ir
import provider
from docs import first_sentence
from names import constant_name, snake, value_name
from patches import change
from patterns import portable


class Names(unittest.TestCase):
    def test_words_are_found_in_capitals(self):
        wanted = {"SSESpecification": "sse_specification", "CidrIpv6": "cidr_ipv6", "CIDRs": "cidrs", "S3Key": "s3_key"}
        wanted |= {"VPCEndpoint": "vpc_endpoint", "Endpoint.Address": "endpoint_address", "DBInstance": "db_instance"}
        self.assertEqual({name: snake(name) for name in wanted}, wanted)

    def test_keywords_and_clashes_get_an_underscore(self):
        taken: set[str] = set()
        self.assertEqual([value_name(name, taken) for name in ("Type", "New", "Name", "name")], ["type_", "new_", "name", "name_"])

    def test_constants_read_like_constants(self):
        self.assertEqual([constant_name(text, set()) for text in ("provided.al2023", "messageGroup", "1", "")],
                         ["PROVIDED_AL2023", "MESSAGE_GROUP", "_1", "EMPTY"])


class Documentation(unittest.TestCase):
    def test_the_first_sentence_is_kept_and_its_links_are_not(self):
        text = "> A note.\n\nThe [queue](https://x.y/z) of e.g. `a.b. c` <b>. It waits. And so on."
        self.assertEqual(first_sentence(text), "The queue of e.g. `a.b. c` \\<b\\>.")

    def test_nothing_gives_nothing(self):
        self.assertEqual(first_sentence(None), "")


class Patterns(unittest.TestCase):
    def test_what_the_target_engine_lacks_is_left_out(self):
        for pattern in ("^(?!aws:).*$", r"\p{L}+", r"(a)\1", "[a[b]", "(?i)a", "^.*$", "[é]", "("):
            self.assertIsNone(portable(pattern), pattern)

    def test_large_repeats_become_open(self):
        self.assertEqual(portable("^a{1,2048}b{0,300}c{20,999}d{1,64}$"), "^a+b*c{20,}d{1,64}$")

    def test_spellings_of_other_engines_are_translated(self):
        self.assertEqual(portable(r"[\u0020-\u007E]\Z"), r"[\x20-\x7E]$")


class Merging(unittest.TestCase):
    def model(self, raw: dict) -> ir.Merged:
        model = ir.Merged("A::B::C")
        reader = provider.Reader(raw, model)
        reader.read()
        reader.flags(set())
        return model

    def test_a_definition_within_itself_ends(self):
        tree = {"type": "object", "additionalProperties": False, "properties": {"Next": {"$ref": "#/definitions/Tree"}}}
        loop = {"type": "array", "items": {"$ref": "#/definitions/Loop"}}
        model = self.model({"properties": {"T": {"$ref": "#/definitions/Tree"}, "L": {"$ref": "#/definitions/Loop"}},
                            "definitions": {"Tree": tree, "Loop": loop}})
        self.assertEqual(len(model.objects), 2)
        self.assertIn(("any",), model.shapes)

    def test_a_shared_object_only_may_replace(self):
        part = {"type": "object", "properties": {"X": {"type": "string"}}}
        raw = {"properties": {"A": {"$ref": "#/definitions/P"}, "B": {"$ref": "#/definitions/P"}}, "definitions": {"P": part}}
        raw["createOnlyProperties"] = ["/properties/A/X"]
        self.assertEqual(self.model(raw).objects[1].properties["X"][1], ir.MAY_REPLACE)

    def test_nested_read_only_properties_are_attributes(self):
        part = {"type": "object", "properties": {"X": {"type": "string"}}}
        model = self.model({"properties": {"A": part}, "readOnlyProperties": ["/properties/A/X"]})
        self.assertEqual(model.attributes, {"A.X"})
        self.assertEqual(model.objects[1].properties["X"][1], ir.READ_ONLY)


class Patching(unittest.TestCase):
    def test_a_patch_without_effect_fails(self):
        entry = {"type": "T", "path": "a/b", "set": 1}
        raw = {"a": {}}
        change(raw, entry)
        self.assertEqual(raw, {"a": {"b": 1}})
        with self.assertRaises(SystemExit):
            change(raw, entry)
        with self.assertRaises(SystemExit):
            change({}, entry)


class File(unittest.TestCase):
    def test_what_is_written_is_read_back_and_stable(self):
        models = {name: ir.Merged(name, regions={"eu-central-1"}) for name in ("B::B::B", "A::A::A")}
        file = blob.write(models)
        self.assertEqual(sorted(blob.by_type(file)), ["A::A::A", "B::B::B"])
        self.assertEqual(file, blob.write(dict(reversed(models.items()))))


if __name__ == "__main__":
    unittest.main()
