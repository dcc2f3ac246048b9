"""Starts the AWS emulator in this process, on loopback only, with the plug-ins beside this file. `start` calls it."""

from importlib import import_module

PLUGINS = (
    "loopback",  # first: before anything can open a port
    "lambda_processes",
    "moto_services",
    "dynamodb_atomic",
    "emr",
    "events_target",
    "events_schedule",
    "logs_subscriptions",
    "states_emr",
    "states_events",
    "states_jsonata",
    "cfn_parameters",
    "cfn_types",
    "iam_check",
    "apigateway_iam",
)

for name in PLUGINS:
    import_module(f"plugins.{name}").install()

import_module("localstack.runtime.main").main()
