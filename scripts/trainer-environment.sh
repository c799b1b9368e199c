#!/usr/bin/env bash
# The trainer's environment: made on the first run, and renewed when its packages change.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

venv=trainer/.venv
requirements=trainer/requirements.txt
stamp=$venv/requirements.sha256

[ -x "$venv/bin/python" ] || python3 -m venv "$venv"
wanted=$(cat "$requirements" trainer/constraints.txt | "$venv/bin/python" -c 'import hashlib, sys; print(hashlib.sha256(sys.stdin.buffer.read()).hexdigest())')
if [ "$(cat "$stamp" 2>/dev/null || true)" != "$wanted" ]; then
  echo "Installing the trainer's packages into $venv ..."
  "$venv/bin/python" -m pip install --quiet --disable-pip-version-check --requirement "$requirements"
  echo "$wanted" >"$stamp"
fi
