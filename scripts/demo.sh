#!/usr/bin/env bash
# The main job on this machine, twice: a real event log, then a generated stream with every fault.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

monitor=.venv/bin/release-monitor
data="${RELEASE_MONITOR_DATA_DIR:-var}/demo"
receipt="${RECEIPT:-../shared/data/receipt.csv}"

rm -rf "$data"
mkdir -p "$data"

if [ -f "$receipt" ]; then
    echo "== A real log: 1,434 permit applications, $receipt"
    "$monitor" local --input "$receipt" --mapping mappings/receipt.yaml --data "$data/receipt" --until-drained
else
    echo "== The real log is not at $receipt (name it with RECEIPT=...): only the generated stream runs"
fi

echo
echo "== A generated stream with duplicates, disorder, corrections, retractions and poison"
"$monitor" simulate --faults all --out "$data/generated.jsonl"
"$monitor" local --input "$data/generated.jsonl" --data "$data/generated" --until-drained

echo
echo "== Ask for yourself, for example:"
ask="SELECT office, count(elapsed_s) AS n, median(elapsed_s) AS median_s FROM intervals WHERE interval_code = 'REG_REL' GROUP BY office ORDER BY office"
echo "$monitor query --data $data/generated \"$ask\""
"$monitor" query --data "$data/generated" "$ask"
