#!/usr/bin/env bash
# Before each commit: is the tree as STYLE.md wants it? Stops at the first step that fails and says which.
#   packaging/check.sh            all steps in this order
#   packaging/check.sh STEP...    some of them
#     format   every C++ file is as clang-format would write it
#     layers   includes point down the list of layers (tests/tools/check_layers.cmake)
#     build    everything compiles, benches too, warnings are errors; in build/check, so that build/release stays as it is
#     tidy     clang-tidy over the C++ files that differ from the last commit (needs build)
#     tests    the `fast` tests (needs build)
#   WINNOW_JOBS   how many compilers run at once (default: one a processor)
set -euo pipefail
cd "$(dirname "$0")/.."
jobs=${WINNOW_JOBS:-$(nproc)}
build=build/check

need() {
    command -v "$1" >/dev/null && return
    echo "check: $1 is not installed: packaging/install-packages.sh check"
    return 1
}

check_format() {
    need clang-format || return 1
    local bad
    bad=$(git ls-files '*.cpp' '*.h' | xargs -P "$jobs" -n 40 clang-format --dry-run 2>&1 | sed -n 's/^\([^:]*\):.*warning:.*/\1/p' | sort -u)
    [ -z "$bad" ] && return
    echo "$bad"
    echo "check: these files are not formatted: clang-format -i FILE"
    return 1
}

check_layers() { cmake -DROOT="$PWD" -P tests/tools/check_layers.cmake; }

check_build() {
    cmake --preset release -B "$build" -DWINNOW_WERROR=ON -DWINNOW_UNITY=OFF >/dev/null && cmake --build "$build" -j "$jobs" --target all long_tests benches
}

# gcc's precompiled headers and their flags mean nothing to clang: taken out of the commands that clang-tidy reads.
check_tidy() {
    need clang-tidy-16 || return 1
    [ -f "$build/compile_commands.json" ] || { echo "check: nothing is built yet: packaging/check.sh build tidy"; return 1; }
    local changed
    changed=$({ git diff --name-only --diff-filter=d HEAD -- '*.cpp'; git ls-files --others --exclude-standard '*.cpp'; } | sort -u)
    [ -n "$changed" ] || { echo "no changed files"; return; }
    mkdir -p "$build/tidy"
    sed -e 's/-fpch-preprocess//g' -e 's/-Winvalid-pch//g' -e 's/-include [^ ]*cmake_pch\.hxx//g' \
        "$build/compile_commands.json" >"$build/tidy/compile_commands.json"
    echo "$changed" | xargs -P "$jobs" -n 1 clang-tidy-16 -p "$build/tidy" --quiet --warnings-as-errors='*'
}

check_tests() { ctest --test-dir "$build" --output-on-failure --no-tests=error -L fast; }

steps=("$@")
[ ${#steps[@]} -gt 0 ] || steps=(format layers build tidy tests)
for step in "${steps[@]}"; do
    case "$step" in format | layers | build | tidy | tests) ;;
    *) echo "check: there is no step $step (format layers build tidy tests)"; exit 2 ;;
    esac
    echo "== $step"
    "check_$step" || { echo "check: $step FAILED"; exit 1; }
done
echo "check: ${steps[*]}: all well"
