#!/usr/bin/env bash
# Runs the Go benchmarks of the given packages, then the comparison tool.
#
#   scripts/bench.sh REGEXP BENCHTIME "ARGUMENTS OF THE TOOL" [PACKAGE...]
#
# One package after the other: two at once on two cores measure each other.
set -euo pipefail
cd "$(dirname "$0")/.."

bench=$1 time=$2 args=$3
shift 3
for pkg in "$@"; do
	go test -run '^$' -bench "$bench" -benchtime "$time" -benchmem -timeout 30m "./${pkg#./}"
done
if [ -f bench/main.go ]; then
	# shellcheck disable=SC2086 # several arguments on purpose
	go run ./bench $args
fi
