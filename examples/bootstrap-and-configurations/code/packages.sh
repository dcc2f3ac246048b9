#!/usr/bin/env bash
# Installs Python packages on a node from wheels in S3, without a way to the internet: packages.sh s3://bucket/wheels/ PACKAGE…
set -euo pipefail

wheels=$(mktemp -d)
aws s3 cp --quiet --recursive "$1" "$wheels"
shift
sudo python3 -m pip install --quiet --no-index --find-links "$wheels" "$@"
