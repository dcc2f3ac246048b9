"""The harness itself: what it takes out of a template, which policies and signatures it accepts. Run by `check` before the emulator."""

import copy
import json
import unittest
from datetime import UTC, datetime, timedelta

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from harness import unsupported
from harness.aws import REGION
from plugins.logs_subscriptions import matches
from plugins.policy import Call, names_principal, refusal
from plugins.signature import Signer, check_signature
from plugins.states_events import as_aws

SIGNER = Signer("arn:aws:sts::111111111111:assumed-role/registry-client-eu-central-1/x", "secret", "token")

TEMPLATE = {
    "Resources": {
        "Gone": {"Type": "AWS::Lacking::Type"},
        "Kept": {
            "Type": "AWS::SNS::Topic",
            "DependsOn": ["Gone", "Other"],
            "Properties": {
                "A": {"Ref": "Gone"},
                "B": {"Fn::GetAtt": ["Gone", "Arn"]},
                "C": {"Fn::Sub": "${Gone.Arn}/${AWS::Region}/${!Gone}"},
                "D": {"Fn::Sub": ["${Gone}-${Own}", {"Own": {"Ref": "Gone"}}]},
                "E": {"Ref": "Other"},
            },
        },
        "Other": {"Type": "AWS::SQS::Queue"},
    },
    "Outputs": {"First": {"Value": {"Ref": "Gone"}}, "Second": {"Value": {"Ref": "Other"}}},
}


class Unsupported(unittest.TestCase):
    def test_the_type_and_every_reference_to_it_go_and_nothing_else(self):
        cut = unsupported.without(TEMPLATE, {"AWS::Lacking::Type"})
        self.assertEqual(set(cut["Resources"]), {"Kept", "Other"})
        self.assertEqual(cut["Resources"]["Kept"]["DependsOn"], ["Other"])
        wanted = {
            "A": "unsupported-Gone",
            "B": "unsupported-Gone",
            "C": {"Fn::Sub": "unsupported-Gone/${AWS::Region}/${!Gone}"},
            "D": {"Fn::Sub": ["unsupported-Gone-${Own}", {"Own": "unsupported-Gone"}]},
            "E": {"Ref": "Other"},
        }
        self.assertEqual(cut["Resources"]["Kept"]["Properties"], wanted)
        self.assertEqual(set(cut["Outputs"]), {"Second"})

    def test_a_template_without_the_type_stays_as_it_is(self):
        self.assertEqual(unsupported.without(TEMPLATE, {"AWS::Other::Type"}), TEMPLATE)

    def test_a_type_alone_refers_to_nothing_and_keeps_the_parameters_that_it_uses(self):
        parameters = {"Own": {"Type": "String"}, "Used": {"Type": "String"}}
        template = copy.deepcopy(TEMPLATE) | {"Parameters": parameters}
        template["Resources"]["Kept"]["Properties"]["F"] = {"Fn::Sub": "${Used}"}
        alone = unsupported.alone(template, "AWS::SNS::Topic")
        self.assertEqual(list(alone["Resources"]), ["Kept"])
        self.assertEqual(list(alone["Parameters"]), ["Used"])
        self.assertFalse(unsupported.names(alone, {"Gone", "Other"}))


def statement(**more):
    return {"Effect": "Allow", "Action": ["a:Get*"], "Resource": "arn:x/*", **more}


class Policies(unittest.TestCase):
    def refused(self, statement, *call, **known):
        return refusal([{"Statement": [statement]}], Call(*call, **known))

    def test_action_and_resource_must_both_fit(self):
        self.assertIsNone(self.refused(statement(), "a:GetOne", "arn:x/1"))
        self.assertIsNone(self.refused(statement(), "a:GetOne", None))
        for call in (("a:PutOne", "arn:x/1"), ("a:GetOne", "arn:y/1")):
            self.assertEqual(self.refused(statement(), *call), "not allowed by any policy")

    def test_a_deny_beats_an_allow(self):
        documents = [{"Statement": [statement(), statement(Effect="Deny", Resource="arn:x/secret")]}]
        self.assertEqual(refusal(documents, Call("a:GetOne", "arn:x/secret")), "explicit deny")
        self.assertIsNone(refusal(documents, Call("a:GetOne", "arn:x/1")))

    def test_a_condition_counts_where_the_fact_is_known(self):
        tagged = statement(Condition={"StringEquals": {"a:Tag/p": "one"}})
        known = {"complete": ("a:Tag/",)}
        self.assertIsNone(self.refused(tagged, "a:GetOne", facts={"a:Tag/p": "one"}, **known))
        self.assertIsNotNone(self.refused(tagged, "a:GetOne", facts={"a:Tag/p": "two"}, **known))
        self.assertIsNotNone(self.refused(tagged, "a:GetOne", **known), "a tag that is certainly absent")
        self.assertIsNone(self.refused(tagged, "a:GetOne"), "a tag that nobody knows of")

    def test_a_deny_with_an_unknown_condition_denies_nothing(self):
        documents = [{"Statement": [statement(), statement(Effect="Deny", Condition={"Bool": {"aws:X": "false"}})]}]
        self.assertIsNone(refusal(documents, Call("a:GetOne", "arn:x/1")))

    def test_a_principal_is_anybody_or_named(self):
        for principal, wanted in (("*", True), ({"AWS": "1"}, True), ({"AWS": ["2"]}, False), ({"Service": "s"}, False)):
            self.assertEqual(names_principal({"Principal": principal}, ("1",)), wanted, principal)


class StatusEvents(unittest.TestCase):
    def test_times_are_milliseconds_and_an_empty_input_is_text(self):
        given = {"startDate": "2026-11-23T03:00:00.250000+00:00", "stopDate": None, "input": {}, "name": "x"}
        wanted = {"startDate": 1795402800250, "stopDate": None, "input": "{}", "name": "x"}
        self.assertEqual(json.loads(as_aws(json.dumps(given))), wanted)


class LogFilters(unittest.TestCase):
    def test_a_filter_lets_through_what_one_of_its_terms_names(self):
        pattern = '{ ($.type = "TaskFailed") || ($.type = "TaskTimedOut") }'
        for kind, wanted in (("TaskTimedOut", True), ("TaskStarted", False)):
            self.assertEqual(matches(pattern, json.dumps({"type": kind})), wanted)
        self.assertFalse(matches(pattern, "no JSON"))

    def test_a_pattern_of_another_form_is_an_error(self):
        for pattern in ('{ $.type = "Task*" }', "ERROR", '{ ($.type = "A") && ($.id = "1") }'):
            with self.assertRaises(ValueError):
                matches(pattern, "{}")


class Signatures(unittest.TestCase):
    def signed(self, service="execute-api", region=REGION, moment=None, body=b"{}"):
        """A request as a Lambda function would sign it: method, path, headers, body."""
        request = AWSRequest("PUT", "http://127.0.0.1:1/registry/pipelines/1/p", data=body, headers={"Host": "127.0.0.1:1"})
        credentials = Credentials("AKIATEST", "secret", "token")
        auth = SigV4Auth(credentials, service, region)
        moment = moment or datetime.now(UTC)
        request.context["timestamp"] = moment.strftime("%Y%m%dT%H%M%SZ")
        request.headers["X-Amz-Date"] = request.context["timestamp"]
        request.headers["X-Amz-Security-Token"] = "token"
        signature = auth.signature(auth.string_to_sign(request, auth.canonical_request(request)), request)
        names = auth.signed_headers(auth.headers_to_sign(request))
        scope = auth.scope(request)
        request.headers["Authorization"] = f"AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders={names}, Signature={signature}"
        return "PUT", "/registry/pipelines/1/p", request.headers, body

    def check(self, request):
        return check_signature(*request, REGION, lambda key: SIGNER if key == "AKIATEST" else None)

    def test_a_good_signature_names_the_signer(self):
        self.assertEqual(self.check(self.signed()), (SIGNER, None))

    def test_another_body_is_refused(self):
        method, path, headers, _ = self.signed()
        self.assertEqual(self.check((method, path, headers, b"[]"))[1], "the signature does not fit the request")

    def test_another_path_is_refused(self):
        method, _, headers, body = self.signed()
        self.assertEqual(self.check((method, "/registry/x", headers, body))[1], "the signature does not fit the request")

    def test_another_service_or_an_old_signature_is_refused(self):
        self.assertIn("signed for s3", self.check(self.signed(service="s3"))[1])
        old = datetime.now(UTC) - timedelta(minutes=6)
        self.assertIn("more than 5 minutes", self.check(self.signed(moment=old))[1])

    def test_no_signature_is_refused(self):
        self.assertEqual(self.check(("PUT", "/", {}, b"")), (None, "no AWS signature, version 4"))


if __name__ == "__main__":
    unittest.main()
