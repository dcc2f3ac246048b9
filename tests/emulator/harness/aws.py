"""Clients of the emulator, one per account and service, and waiting for what takes time."""

import time
from functools import cache

import boto3
from botocore.config import Config

REGION = "eu-central-1"


class Failed(Exception):
    """What the test expected and did not see; the text is for the person who reads the log."""


class Aws:
    """The emulator at `endpoint`. An account is chosen by the access key id, which is its number."""

    def __init__(self, endpoint):
        self.endpoint = endpoint

    @cache  # noqa: B019  (one object lives as long as the test)
    def client(self, account, service):
        return boto3.client(
            service,
            endpoint_url=self.endpoint,
            region_name=REGION,
            aws_access_key_id=account,
            aws_secret_access_key="test",
            config=Config(retries={"max_attempts": 0}, read_timeout=300, inject_host_prefix=False),
        )


    def client_as(self, account, role, service):
        """A client with the credentials of a role, as the service has them that acts for it."""
        session = self.client(account, "sts").assume_role(RoleArn=role, RoleSessionName="test")["Credentials"]
        return boto3.client(
            service,
            endpoint_url=self.endpoint,
            region_name=REGION,
            aws_access_key_id=session["AccessKeyId"],
            aws_secret_access_key=session["SecretAccessKey"],
            aws_session_token=session["SessionToken"],
        )


def wait_for(what, look, seconds=60, pause=0.25):
    """Calls `look` until it gives something other than None, and gives that; `Failed` when the time is up."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        seen = look()
        if seen is not None:
            return seen
        time.sleep(pause)
    raise Failed(f"waited {seconds} s for {what}")


def expect(what, seen, wanted):
    """`Failed` unless the two are equal."""
    if seen != wanted:
        raise Failed(f"{what}: expected {wanted!r}, saw {seen!r}")
