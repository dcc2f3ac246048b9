"""LocalStack's open release → an emulator without Docker and network that runs what pipesynth deploys.

One plug-in per file; `install()` of each puts it in, before LocalStack starts.
"""
