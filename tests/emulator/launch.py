"""Starts the AWS emulator in this process, on loopback only, with the plug-ins beside this file. `start` calls it."""

from importlib import import_module

PLUGINS = (
    "loopback",  # first: before anything can open a port
    "lambda_processes",
    "moto_services",
    "emr",
    "events_target",
    "states_emr",
    "states_jsonata",
    "cfn_parameters",
    "cfn_types",
    "iam_check",
)

for name in PLUGINS:
    import_module(f"plugins.{name}").install()

import_module("localstack.runtime.main").main()
