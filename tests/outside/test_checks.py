"""The allowed file and the reading of templates; the tools themselves are tried by `checks/self_test.py`."""

import json
import tempfile
import unittest
from pathlib import Path

from checks import state_machines, templates
from checks.findings import BadAllowedFile, Finding, compare, read_allowed

ENTRY = "cfn-lint\tI3011\tcase-study/pipesynth-user\tBucket\tkept by hand"
FINDING = Finding("cfn-lint", "I3011", "case-study/pipesynth-user", "Bucket")


def allowed(*lines):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "allowed-findings.tsv")
        path.write_text("\n".join(["tool\trule\ttemplate\tlogical id\treason", *lines]), encoding="utf-8")
        return read_allowed(path)


class Allowed(unittest.TestCase):
    def test_an_entry_allows_its_finding_and_no_other(self):
        other = Finding("cfn-lint", "I3011", "case-study/pipesynth-user", "Runs")
        refused, granted, unused = compare([FINDING, other], allowed("# why", "", ENTRY))
        self.assertEqual((refused, granted, unused), ([other], [FINDING], []))

    def test_an_entry_that_matches_nothing_is_named(self):
        refused, granted, unused = compare([], allowed(ENTRY))
        self.assertEqual((refused, granted, len(unused)), ([], [], 1))
        self.assertIn("pipesynth-user Bucket", unused[0])

    def test_wildcards_doubles_and_gaps_are_refused_all_at_once(self):
        bad = ["cfn-lint\t*\ta\tb\tc", ENTRY, ENTRY, "cfn-lint\tI1\ta\tb", "cfn-lint\tI1\ta\tb\t "]
        with self.assertRaises(BadAllowedFile) as caught:
            allowed(*bad)
        self.assertEqual([line.split(":")[1] for line in str(caught.exception).splitlines()], ["2", "4", "5", "6"])

    def test_the_file_in_use_is_well_formed(self):
        read_allowed()


class Reading(unittest.TestCase):
    def test_equal_templates_of_two_folders_come_once_and_different_ones_twice(self):
        with tempfile.TemporaryDirectory() as folder:
            for place, name, body in (("a", "same", {}), ("b", "same", {}), ("a", "other", {}), ("b", "other", {"x": 1})):
                path = Path(folder, place, "case-study", f"{name}.template.json")
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(json.dumps(body), encoding="utf-8")
            found = [template.name for template in templates.find([Path(folder, "a"), Path(folder, "b")])]
        self.assertEqual(found, ["case-study/other", "case-study/other", "case-study/same"])

    def test_intrinsics_of_a_machine_become_likely_values(self):
        value = {"A": {"Fn::Sub": "${AWS::Region}/${Queue.Arn}/${!kept}"}, "B": [{"Fn::Join": ["-", ["a", {"Ref": "R"}]]}]}
        queue = "arn:aws:lambda:eu-central-1:111111111111:function:Queue"
        wanted = {"A": f"eu-central-1/{queue}/${{kept}}", "B": ["a-ref-R"]}
        self.assertEqual(state_machines.literal(value), wanted)

    def test_an_unknown_intrinsic_is_an_error_and_not_silence(self):
        with self.assertRaises(ValueError):
            state_machines.literal({"Fn::Something": 1})


if __name__ == "__main__":
    unittest.main()
