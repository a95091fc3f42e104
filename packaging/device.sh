#!/usr/bin/env bash
# On a machine with a CUDA device and PyTorch: builds the preset `device` against PyTorch's libtorch, runs its tests, holds every model
# against the golden numbers on the device and prints what tests/bench measures there. Installs nothing: it needs g++, cmake, ninja,
# nlohmann-json and, for the unit tests, GoogleTest (CMAKE_PREFIX_PATH says where they are, if not in their usual places).
#   bash packaging/device.sh [PYTHON] [further arguments of cmake]
set -euo pipefail
cd "$(dirname "$0")/.."
python=${1:-python3}
shift || true
build=build/device
device=cuda:0

torch=$("$python" -c 'import torch; print(torch.utils.cmake_prefix_path)')
cmake --preset device -DTorch_DIR="$torch/Torch" "$@"
cmake --build --preset device --target all benches
ctest --test-dir $build --output-on-failure -L fast -j 2
ctest --test-dir $build --output-on-failure --no-tests=error -L cuda
$build/bin/train_bench 80 0 $device embedded "$python" || true # figures: what is asked of them is asked of two cores
$build/bin/train_bench 60 0 $device published "$python" || true
