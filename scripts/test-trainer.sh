#!/usr/bin/env bash
# The trainer's tests, in an environment of its own.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

bash scripts/trainer-environment.sh
exec trainer/.venv/bin/python -m pytest -q trainer/tests "$@"
