#!/usr/bin/env bash
# The main job by the command line: score, cluster, select, overrule, export, fine-tune on the chosen and on a random control of
# equal size, evaluate both, compare. Usage: main-job.sh WINNOW PROJECT. Safe to run again: what is done is not done twice.
set -euo pipefail
winnow=$1
demo=$2
budget=${WINNOW_BUDGET:-200}
stamp=$(date +%s)

step() { printf '\n== %s\n' "$*"; "$winnow" "$@"; }

step score "$demo" --metrics clip,length,words
step cluster "$demo" --name pictures --method kmeans --k 10 --seed 0
best=$("$winnow" list "$demo" --where 'clip > p99' --limit 1 --json | sed -n 's/.*"id":"\([^"]*\)".*/\1/p')
worst=$("$winnow" list "$demo" --where 'clip < p01' --limit 1 --json | sed -n 's/.*"id":"\([^"]*\)".*/\1/p')
step override "$demo" pin "$best" --reason "a clear example"
step override "$demo" ban "$worst" --reason "the text does not fit the picture"
has() { "$winnow" info "$demo" --json | grep -q "\"name\":\"$1\""; }
chosen=chosen
random=random
if has chosen; then chosen=chosen-$stamp; random=random-$stamp; fi
step select "$demo" --name "$chosen" --budget "$budget" --weights clip=1 --clusters pictures
step select "$demo" --name "$random" --budget "$budget" --random --seed 1
step export "$demo" "$demo/exports/$chosen.json" --selection "$chosen" --format llava
step finetune "$demo" --name "run-$chosen" --selection "$chosen"
step finetune "$demo" --name "run-$random" --selection "$random"
step evaluate "$demo" --run "run-$chosen"
step evaluate "$demo" --run "run-$random"
step compare "$demo" "run-$chosen" "run-$random"
printf '\n== what was done\n'
"$winnow" info "$demo"
