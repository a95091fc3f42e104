#!/usr/bin/env bash
# Before each commit: format, layers, warnings as errors, clang-tidy on changed files, fast tests.
set -euo pipefail
cd "$(dirname "$0")/.."

echo "== format"
git ls-files '*.cpp' '*.h' | xargs clang-format --dry-run -Werror
echo "== layers"
cmake -DROOT="$PWD" -P tests/tools/check_layers.cmake
echo "== build, warnings are errors"
cmake --preset release -DWINNOW_WERROR=ON >/dev/null
cmake --build --preset release
changed=$(git diff --name-only --diff-filter=d HEAD -- '*.cpp')
tidy=$(command -v clang-tidy-16 || true)
if [ -n "$changed" ] && [ -n "$tidy" ]; then
    echo "== clang-tidy"
    # shellcheck disable=SC2086
    "$tidy" -p build/release --quiet $changed
fi
echo "== tests"
ctest --test-dir build/release --output-on-failure -L fast
cmake --preset release -DWINNOW_WERROR=OFF >/dev/null
