#!/usr/bin/env bash
# Builds the console into web/dist, from where `go build` takes it into the
# binary. Does nothing when nothing changed since.
#
#   scripts/web.sh              build; without node, say so and succeed
#   FROSTGATE_WEB=need          without node, fail
#   FROSTGATE_WEB=no            don't build
set -euo pipefail
cd "$(dirname "$0")/../web"

case "${FROSTGATE_WEB:-}" in
no) exit 0 ;;
"" | need) ;;
*) echo "web.sh: FROSTGATE_WEB=$FROSTGATE_WEB: use need, no or nothing" >&2; exit 2 ;;
esac

major=$(node --version 2>/dev/null | sed 's/^v\([0-9]*\).*/\1/' || true)
if [ "${major:-0}" -lt 20 ] || ! command -v npm >/dev/null; then
	if [ "${FROSTGATE_WEB:-}" = need ]; then
		echo "web.sh: the console needs Node 20 or newer" >&2
		exit 1
	fi
	[ -e dist/index.html ] || echo "web.sh: no Node 20: the binary will have no console (everything else works)" >&2
	exit 0
fi

# What the packages are, and what the build is made of.
want=$(sha256sum package-lock.json | cut -d' ' -f1)
if [ "$(cat node_modules/.frostgate 2>/dev/null || true)" != "$want" ]; then
	npm ci --no-audit --no-fund >&2
	echo "$want" >node_modules/.frostgate
fi
# The verifier, which the console and verify.html hold; the Go toolchain skips
# what has not changed.
(cd .. && go run ./tools/verifypage -o web/.wasm)
now=$(find src public scripts .wasm index.html vite.config.ts package-lock.json -type f -print0 | LC_ALL=C sort -z | xargs -0 sha256sum | sha256sum | cut -d' ' -f1)
if [ -e dist/index.html ] && [ "$(cat .built 2>/dev/null || true)" = "$now" ]; then
	exit 0
fi
npm run --silent build >&2
echo "$now" >.built
