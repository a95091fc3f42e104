#!/usr/bin/env bash
# The README's test command: installs, builds and runs the `fast` tests; with the argument `long`, all of them.
set -euo pipefail
cd "$(dirname "$0")/.."

bash packaging/install-packages.sh build gui test
cmake --preset release >build-configure.log 2>&1 || { cat build-configure.log; rm -f build-configure.log; exit 1; }
rm -f build-configure.log
cmake --build --preset release

labels=(-L fast)
[ "${1:-}" = "long" ] && labels=()
# Programs with several threads beside each other slow down far more than they gain on few cores: one at a time.
ctest --test-dir build/release --output-on-failure --no-tests=error "${labels[@]}"
