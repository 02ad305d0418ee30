#!/usr/bin/env bash
# The console's checks: types, logic, and journeys in a real browser against the
# real server, on SQLite and on the PostgreSQL in FROSTGATE_TEST_POSTGRES.
#
#   scripts/test-web.sh [types|logic|journeys|postgres]... [-- ARG...]
#
# Without a step it takes all. What follows -- goes to Vitest with the journeys:
# files, a reporter.
#
# Without Node or Chromium the journeys are left out with a line that says so;
# where CI=true that is a failure.
set -euo pipefail
cd "$(dirname "$0")/.."

missing() {
	echo "$1" >&2
	[ "${CI:-}" != true ]
	exit
}
major=$(node --version 2>/dev/null | sed 's/^v\([0-9]*\).*/\1/' || true)
[ "${major:-0}" -ge 20 ] || missing "the console's tests are left out: they need Node 20 or newer"
FROSTGATE_WEB=need scripts/web.sh

steps=() rest=()
while [ $# -gt 0 ]; do
	if [ "$1" = -- ]; then
		shift
		rest=("$@")
		break
	fi
	steps+=("$1")
	shift
done
[ ${#steps[@]} -gt 0 ] || steps=(types logic journeys postgres)
asked() { [[ " ${steps[*]} " == *" $1 "* ]]; }

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
wrong=0
cd web
if asked types; then npm run --silent check || { echo " FAIL types: the console does not compile, or its generated types are old"; wrong=1; }; fi
if asked logic; then npm run --silent test || wrong=1; fi
if asked journeys || asked postgres; then
	FROSTGATE_CHROMIUM=$(../scripts/chromium.sh) || missing "the console's journeys are left out: they need Chromium"
	export FROSTGATE_CHROMIUM
	if [ -z "${FROSTGATE_BIN:-}" ]; then
		(cd .. && CGO_ENABLED=0 go build -o "$work/frostgate" ./cmd/frostgate)
		export FROSTGATE_BIN=$work/frostgate
	fi
	if asked journeys; then npm run --silent e2e -- "${rest[@]}" || wrong=1; fi
	if asked postgres && [ -n "${FROSTGATE_TEST_POSTGRES:-}" ]; then
		if command -v psql >/dev/null; then
			FROSTGATE_E2E_DATABASE=postgres npm run --silent e2e -- "${rest[@]}" || wrong=1
		else
			missing "the journeys on PostgreSQL are left out: they need psql"
		fi
	fi
fi
exit $wrong
