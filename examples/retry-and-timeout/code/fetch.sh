#!/usr/bin/env bash
# Fetches the rates of a day: fetch.sh 2026-11-23. Ends with an error where the bank does not answer, and is then tried again.
set -euo pipefail

curl --fail --silent --show-error --max-time 60 "https://bank.example.com/rates/$1.csv" |
  aws s3 cp - "s3://rates/fetched/$1/rates.csv"
