#!/usr/bin/env bash
# Create .venv from the lock file; do nothing if it is up to date.
# uv uses an installed CPython 3.11, or downloads it.
set -euo pipefail
cd "$(dirname "$0")/.."

stamp=.venv/installed-from
wanted=$(cat envs/lock.txt pyproject.toml | python3 -c 'import hashlib, sys; print(hashlib.sha256(sys.stdin.buffer.read()).hexdigest())')
[ -f "$stamp" ] && [ "$(cat "$stamp")" = "$wanted" ] && exit 0

uv=$(command -v uv || true)
if [ -z "$uv" ]; then
  python3 -m venv .uv || { echo "python3 cannot create a virtual environment: install its venv module (Debian: python3-venv), or uv" >&2; exit 1; }
  .uv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r envs/uv.txt
  uv=.uv/bin/uv
fi

echo "Installing the packages of envs/lock.txt into .venv (about 2.4 GB)" >&2
"$uv" venv --quiet --clear --python 3.11 .venv \
  || { echo "CPython 3.11 is needed (OpenL3 cannot be installed with a newer version): install it, for example with 'uv python install 3.11'" >&2; exit 1; }
"$uv" pip install --quiet --compile-bytecode --python .venv/bin/python --require-hashes -r envs/lock.txt
echo "$wanted" > "$stamp"
