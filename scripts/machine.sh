#!/usr/bin/env bash
# Prints what a figure was measured on. A figure without it says nothing.
set -euo pipefail

field() { awk -F': *' -v k="$1" '$1 ~ "^"k"[ \t]*$" { print $2; exit }' "$2" 2>/dev/null || true; }

echo "machine  $(uname -srm)"
echo "cpu      $(nproc) x $(field 'model name' /proc/cpuinfo)"
echo "memory   $(awk '/^MemTotal/ { printf "%.1f GiB", $2 / 1048576 }' /proc/meminfo 2>/dev/null)"
echo "disk     $(df -PT "${TMPDIR:-/tmp}" | awk 'NR == 2 { print $2 ", " $1 }') (${TMPDIR:-/tmp})"
echo "load     $(cut -d' ' -f1-3 /proc/loadavg 2>/dev/null) before the run"
echo "go       $(go version | cut -d' ' -f3-)"
echo "commit   $(git describe --tags --always --dirty 2>/dev/null || echo unknown)"
echo "date     $(date -u +%Y-%m-%dT%H:%M:%SZ)"
