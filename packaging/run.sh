#!/usr/bin/env bash
# The README's run command: installs what is missing, builds, makes the demo project on first use and opens the studio on it.
# Without a display it says so and runs the same main job by the command line, ending with a table of what was done.
#   WINNOW_DEMO  folder of the demo project (default: demo-project beside this checkout's files)
set -euo pipefail
cd "$(dirname "$0")/.."

bash packaging/install-packages.sh build gui
[ -f build/release/build.ninja ] || cmake --preset release >/dev/null
cmake --build --preset release --target winnow winnow-studio

demo=${WINNOW_DEMO:-$PWD/demo-project}
winnow=build/release/bin/winnow
"$winnow" demo "$demo"

if [ -n "${DISPLAY:-}${WAYLAND_DISPLAY:-}" ]; then
    exec build/release/bin/winnow-studio "$demo"
fi
echo "There is no display: running the main job by the command line instead."
exec bash packaging/main-job.sh "$winnow" "$demo"
