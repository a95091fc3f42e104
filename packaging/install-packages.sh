#!/usr/bin/env bash
# Installs what is missing of packaging/debian.txt; arguments are its sections (build gui test). Quiet when nothing is missing.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)

wanted=()
section=""
while read -r line; do
    case "$line" in
    "#"* | "") ;;
    "["*) section=${line//[\[\]]/} ;;
    *) for chosen in "$@"; do [ "$chosen" = "$section" ] && wanted+=("$line"); done ;;
    esac
done <"$here/debian.txt"

missing=()
for package in "${wanted[@]}"; do
    dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q "install ok installed" || missing+=("$package")
done
[ ${#missing[@]} -eq 0 ] && exit 0

as_root=()
if [ "$(id -u)" -ne 0 ]; then
    command -v sudo >/dev/null || { echo "These packages are missing and only root can install them: ${missing[*]}" >&2; exit 1; }
    as_root=(sudo)
fi
echo "Installing: ${missing[*]}"
"${as_root[@]}" apt-get update -qq
DEBIAN_FRONTEND=noninteractive "${as_root[@]}" apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
