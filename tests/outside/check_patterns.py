"""Our answers about event patterns → exit code 0 where LocalStack's engine agrees or `pattern-differences.tsv` explains why not.

usage: check_patterns.py FILE     lines as `cargo run -p pipesynth-events --example answers` prints them; `-` reads them from stdin

Runs in the emulator's environment, which has LocalStack. What explains a difference is its cause, not the look of the pattern: for a
pattern that one side refuses, the words of the refusal; for an answer, a regard in which LocalStack's engine, corrected as below,
answers as we do. An entry of the table that explains nothing fails, too: the same number of pairs are always the same pairs.
"""

import argparse
import copy
import csv
import itertools
import json
import re
import sys
from collections import Counter
from pathlib import Path

from localstack.aws.api.events import InvalidEventPatternException
from localstack.services.events.event_rule_engine import EventPatternCompiler, EventRuleEngine

TABLE = Path(__file__).with_name("pattern-differences.tsv")
REFUSED = "Event pattern is not valid. Reason: "
# Pairs with a wrong answer, put in to see that wrong answers are found.
PLANTED = [
    ("false", {"a": ["x"]}, {"a": "x"}, []),
    ("true", {"a": [{"wildcard": "x*"}]}, {"a": "y"}, []),
    ("invalid", {"a": ["x"]}, {"a": "x"}, ["`/a/0`: no reason"]),
    ("true", {"a": "x"}, {"a": "x"}, []),
]


class Corrected(EventRuleEngine):
    """LocalStack's engine, answering as AWS does in some regards; the table says what each is about."""

    def __init__(self, regards):
        self.regards = regards

    def _evaluate_nested_event_pattern_on_dict(self, event_pattern, payload):
        if not {"one-element", "absence"} & set(self.regards):
            return super()._evaluate_nested_event_pattern_on_dict(event_pattern, payload)
        branches = self.flatten_pattern(event_pattern)
        choices = self.flatten_payload(payload, branches)
        return any(self._passes(branch, choice, choices) for branch in branches for choice in choices)

    def _passes(self, branch, choice, choices):
        """Whether all fields pass in one choice of list elements."""
        return all(
            any(
                self._is_absent(key, branch, choice, choices)
                if "absence" in self.regards and condition == {"exists": False}
                else self._evaluate_condition(choice.get(key), condition, field_exists=key in choice)
                for condition in conditions
            )
            for key, conditions in branch.items()
        )

    @staticmethod
    def _is_absent(key, branch, choice, choices):
        """No choice that is the same for the fields of earlier names has the field."""
        earlier = [other for other in branch if other < key]
        chosen = [choice.get(other, Corrected) for other in earlier]
        same = (one for one in choices if [one.get(other, Corrected) for other in earlier] == chosen)
        return not any(key in one for one in same)

    def _evaluate_condition(self, value, condition, field_exists):
        operator = condition if isinstance(condition, dict) else {}
        if "booleans" in self.regards:
            if not operator and isinstance(value, bool) != isinstance(condition, bool):
                return False
            if operator and isinstance(value, bool) and not isinstance(operator.get("anything-but", {}), dict):
                return True
            if "numeric" in operator and isinstance(value, bool):
                return False
        nested = [operator[name] for name in ("prefix", "suffix") if isinstance(operator.get(name), dict)]
        if "ignore-case" in self.regards and nested and not isinstance(value, str):
            return False
        return super()._evaluate_condition(value, condition, field_exists)

    def _evaluate_wildcard(self, condition, value):
        if "wildcard" not in self.regards:
            return EventRuleEngine._evaluate_wildcard(condition, value)
        parts = re.findall(r"\\[*\\]|.", condition, re.DOTALL)
        pattern = "".join(".*" if part == "*" else re.escape(part[-1]) for part in parts)
        return isinstance(value, str) and re.fullmatch(pattern, value, re.DOTALL) is not None

    def _evaluate_numeric_condition(self, conditions, value):
        if "large-numbers" in self.regards and isinstance(value, int) and int(float(value)) != value:
            return False
        return EventRuleEngine._evaluate_numeric_condition(conditions, value)


REGARDS = ("one-element", "absence", "booleans", "ignore-case", "wildcard", "large-numbers")


def main():
    parser = argparse.ArgumentParser(description="holds answers about event patterns against LocalStack's engine")
    parser.add_argument("answers", metavar="FILE")
    file = parser.parse_args().answers
    text = sys.stdin.read() if file == "-" else Path(file).read_text(encoding="utf-8")
    pairs = [read(line) for line in text.split("\n") if line]
    table = read_table()
    missed = [pair for pair in PLANTED if not unexplained(pair, table, Counter())]
    used = Counter()
    differences = [found for pair in pairs if (found := unexplained(pair, table, used))]
    unused = [entry for entry in table if entry not in used]
    report("self-test: a wrong answer is not found", missed)
    report("differences that nothing explains", differences)
    report("entries that explain nothing: take them out", unused)
    counts = ", ".join(f"{count} {kind} {cause!r}" for (kind, cause), count in used.most_common())
    print(f"event patterns: {len(pairs)} pairs, {len(differences)} unexplained differences; explained: {counts or 'none'}")
    return 1 if missed or differences or unused or not pairs else 0


def read(line):
    """(answer, pattern, event, faults) of a line."""
    answer, *rest = line.split("\t")
    pattern, event, faults = map(json.loads, rest)
    return answer, pattern, event, faults


def read_table():
    """(kind, cause) → why, who is right, by whom."""
    with TABLE.open(encoding="utf-8", newline="") as file:
        rows = csv.reader((line for line in file if not line.startswith("#")), delimiter="\t", quoting=csv.QUOTE_NONE)
        return {(kind, cause): (right, why) for kind, cause, right, why in rows}


def unexplained(pair, table, used):
    """What is different and why nobody knows; nothing when both agree or the table knows. Counts the entries that were of use."""
    ours, pattern, event, faults = pair
    refusal = refused(pattern)
    if ours == "invalid" or refusal is not None:
        if ours == "invalid" and refusal is not None:
            return None
        kind, said = ("accepts", faults) if ours == "invalid" else ("refuses", [refusal])
        causes = [{entry for entry in table if entry[0] == kind and entry[1] in text} for text in said]
        used.update(set().union(*causes))
        return None if causes and all(causes) else f"{kind} {pattern}: {said}"
    for count in range(len(REGARDS) + 1):
        for regards in itertools.combinations(REGARDS, count):
            if answer(pattern, event, regards) == ours:
                entries = [("answers", regard) for regard in regards]
                used.update(entry for entry in entries if entry in table)
                return None if all(entry in table for entry in entries) else f"no entry for {regards}: {pattern} on {event}"
    return f"we say {ours}, LocalStack {answer(pattern, event, ())}: {pattern} on {event}"


def refused(pattern):
    """Why LocalStack takes a pattern for invalid, if it does."""
    try:
        EventPatternCompiler().compile_event_pattern(json.dumps(pattern))
    except InvalidEventPatternException as error:
        return str(error).removeprefix(REFUSED)
    return None


def answer(pattern, event, regards):
    try:
        passes = Corrected(regards).evaluate_pattern_on_event(copy.deepcopy(pattern), copy.deepcopy(event))
    except AttributeError as error:  # the engine takes a number for a string
        return f"fails: {error}"
    return "true" if passes else "false"


def report(title, lines):
    if lines:
        print(f"\n{title}:", *(f"  {line}" for line in lines), sep="\n", file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main())
