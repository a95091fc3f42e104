#!/usr/bin/env bash
# sanitize.sh address | thread: builds the tests with that sanitizer and runs them. address (with undefined behaviour and
# leaks): all `fast` ones. thread: those of the layers without torch, whose thread pool the sanitizer does not understand.
set -euo pipefail
cd "$(dirname "$0")/.."

case "${1:-}" in
    address) preset=asan targets=(all) tests=(-L fast) ;;
    thread)
        preset=tsan
        targets=(base_test check_test dataset_test media_test net_test query_test store_test text_test)
        tests=(-R "^($(IFS='|'; echo "${targets[*]}"))$")
        ;;
    *)
        echo "usage: packaging/sanitize.sh address|thread" >&2
        exit 2
        ;;
esac
bash packaging/install-packages.sh build gui test
cmake --preset "$preset" -DWINNOW_UNITY=ON
cmake --build --preset "$preset" --target "${targets[@]}"
ctest --test-dir "build/$preset" --output-on-failure --no-tests=error -j 2 "${tests[@]}"
