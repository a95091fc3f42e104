#!/usr/bin/env bash
# The README's test command: installs, builds and runs the `fast` tests; with the argument `long`, all of them.
set -euo pipefail
cd "$(dirname "$0")/.."

bash packaging/install-packages.sh build gui test
cmake --preset release >build-configure.log 2>&1 || { cat build-configure.log; rm -f build-configure.log; exit 1; }
rm -f build-configure.log
targets=(all)
labels=(-L fast)
if [ "${1:-}" = "long" ]; then
    targets+=(long_tests)
    labels=()
fi
cmake --build --preset release --target "${targets[@]}"

# Two at a time; a program that uses two processors, and every long one, runs alone (tests/CMakeLists.txt).
ctest --test-dir build/release --output-on-failure --no-tests=error -j 2 "${labels[@]}"
