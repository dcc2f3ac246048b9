"""The registry's API in the central account: where it is, and requests to it as somebody signs them."""

import json
import urllib.error
import urllib.request

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from .aws import REGION, expect

def address(aws, central, stack, parameter="/pipesynth/registry-url", output="RegistryUrl"):
    """The address of an API as the central account tells it, in its parameter and as the stack's output.

    The emulator serves APIs under a path of its own endpoint, for it has no names in DNS.
    """
    told = aws.client(central, "ssm").get_parameter(Name=parameter)["Parameter"]["Value"]
    outputs = aws.client(central, "cloudformation").describe_stacks(StackName=stack)["Stacks"][0]["Outputs"]
    expect(f"output {output}", [one["OutputValue"] for one in outputs if one["OutputKey"] == output], [told])
    api, _, stage = told.removeprefix("https://").partition("/")
    expect(f"host of {output}", api.split(".")[1], "execute-api")
    return f"{aws.endpoint}/_aws/execute-api/{api.split('.')[0]}/{stage}"


class Registry:
    """The API at `url`."""

    def __init__(self, aws, url):
        self.aws, self.url = aws, url

    def as_account(self, account, method, path, body=None):
        """(status, body) of a request that the account itself signs."""
        return self._ask(Credentials(account, "test"), method, path, body)

    def as_role(self, account, role, method, path, body=None):
        """(status, body) of a request that a role of the account signs."""
        session = self.aws.client(account, "sts").assume_role(RoleArn=role, RoleSessionName="test")["Credentials"]
        credentials = Credentials(session["AccessKeyId"], session["SecretAccessKey"], session["SessionToken"])
        return self._ask(credentials, method, path, body)

    def unsigned(self, method, path):
        """(status, body) of a request that nobody signs."""
        return _send(urllib.request.Request(self.url + path, method=method))

    def graph(self, central):
        """The pipelines of the graph by id, as the central account sees them."""
        status, body = self.as_account(central, "GET", "/graph")
        expect("status of the graph", status, 200)
        return {one["id"]: one for one in body["pipelines"]}

    def _ask(self, credentials, method, path, body):
        data = json.dumps(body).encode() if body is not None else b""
        request = AWSRequest(method, self.url + path, data=data, headers={"Content-Type": "application/json"})
        SigV4Auth(credentials, "execute-api", REGION).add_auth(request)
        sent = urllib.request.Request(self.url + path, data=data or None, method=method, headers=dict(request.headers))
        return _send(sent)


def _send(request):
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:
            return answer.status, json.loads(answer.read())
    except urllib.error.HTTPError as error:
        text = error.read()
        try:
            return error.code, json.loads(text)
        except ValueError:
            return error.code, {"message": text.decode(errors="replace")}
