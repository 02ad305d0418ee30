#!/usr/bin/env bash
# What `make test` and CI run: format, vet, staticcheck, every test on SQLite and
# on a temporary PostgreSQL, then the race detector over the packages that share
# memory between goroutines.
#
#   FROSTGATE_SKIP="race lint"   leave steps out while working
#
# Why staticcheck and not all of golangci-lint: on two cores the linter takes about
# 90 s to build and 40 s to run, staticcheck 50 s and 20 s, and it finds most of what
# is a bug. `make lint` runs the whole.
set -euo pipefail
cd "$(dirname "$0")/.."

step() { printf '\n== %s (%ss)\n' "$*" "$SECONDS"; }
skip() { [[ " ${FROSTGATE_SKIP:-} " == *" $1 "* ]]; }

if [ -z "${FROSTGATE_TEST_POSTGRES:-}" ]; then
	exec scripts/with-postgres.sh "$PWD/scripts/test.sh"
fi

# Tests run in their package's folder, where a relative path means another one.
if [ -n "${FROSTGATE_TESTDATA:-}" ]; then
	FROSTGATE_TESTDATA=$(realpath -m "$FROSTGATE_TESTDATA")
	export FROSTGATE_TESTDATA
fi

# Go's test cache doesn't see files outside the module, such as the real data: a
# build server runs everything anew, a person may trust the cache.
fresh=()
[ "${CI:-}" != true ] || fresh=(-count=1)

step "format"
unformatted=$(find . \( -name '.?*' -o -name node_modules \) -prune -o -name '*.go' -print0 | xargs -0r gofmt -l)
if [ -n "$unformatted" ]; then
	printf 'not gofmt formatted (make fmt):\n%s\n' "$unformatted"
	exit 1
fi

step "vet"
go vet ./...

if ! skip lint; then
	step "staticcheck"
	"$(scripts/tool.sh staticcheck)" ./...
fi

# Packages where goroutines share memory. The detector makes code 5 to 10 times
# slower and SQLite, which is Go here, most of all: the short form of the tests.
race=()
for pkg in db decision evidence enforce tenant auth connector notify agent obs httpapi app; do
	if [ -n "$(find "internal/$pkg" -name '*_test.go' -print -quit 2>/dev/null)" ]; then
		race+=("./internal/$pkg/...")
	fi
done
if ! skip race && [ ${#race[@]} -gt 0 ]; then
	if [ "$(go env CGO_ENABLED)" = 1 ] && command -v "$(go env CC)" >/dev/null; then
		step "race detector"
		go test -race -short "${fresh[@]}" -timeout 15m "${race[@]}"
	elif [ "${CI:-}" = true ]; then
		echo "the race detector needs a C compiler (cgo)"
		exit 1
	else
		step "race detector: left out, it needs a C compiler"
	fi
fi

# Last, so that its lines close the output.
step "tests"
go test "${fresh[@]}" -timeout 15m ./...
