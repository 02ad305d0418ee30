#!/usr/bin/env bash
# What `make test` and CI run: format, vet, staticcheck, the race detector over the
# packages that share memory between goroutines, and every test, on SQLite and on
# a temporary PostgreSQL.
#
#   FROSTGATE_SKIP="race lint web"   leave steps out while working
#
# Why staticcheck and not all of golangci-lint: measured on two cores with empty
# caches, golangci-lint takes 75-90 s to build and 30-40 s to run, staticcheck
# 40-50 s and 20-40 s, and it finds most of what is a bug rather than a habit.
# `make lint` runs the whole.
set -euo pipefail
cd "$(dirname "$0")/.."

# step NAME COMMAND...: a step that fails doesn't hide what the later ones say.
wrong=()
step() {
	local name=$1
	shift
	printf '\n== %s (%ss)\n' "$name" "$SECONDS"
	"$@" 2>&1 | tee "$work/${name%%:*}" || wrong+=("$name")
}
# failures STEP: what failed in it, each by name and with what it said first; the
# last lines where nothing in it looks like a failure.
failures() {
	sed 's/\x1b\[[0-9;]*m//g' "$work/$1" | awk '
		# A journey or a test of the console: its name, then the error.
		/^ *FAIL +[|]?[a-z0-9]/ { print; after = 1; next }
		after && NF { print "    " substr($0, 1, 300); after = 0 }
		/^(Vitest caught|.*Unhandled (Error|Rejection))/ { print; after = 1 }
		# Go: the test, the place, a data race, a package that does not build.
		/^ *--- FAIL/ || /^ +[A-Za-z_0-9]+\.go:[0-9]+: / || /^(WARNING: DATA RACE|panic: |FAIL\t)/ { print "  " substr($0, 1, 300) }
		# What does not compile, by place.
		/^[^ ]+\.go:[0-9]+:[0-9]+: / || /^[^ ]+\.tsx?\([0-9]+,[0-9]+\): error/ { print "  " substr($0, 1, 300) }
	' >"$work/digest"
	[ -s "$work/digest" ] || tail -n 12 "$work/$1" >"$work/digest"
	head -n 60 "$work/digest"
}
skip() { [[ " ${FROSTGATE_SKIP:-} " == *" $1 "* ]]; }

if [ -z "${FROSTGATE_TEST_POSTGRES:-}" ]; then
	exec scripts/with-postgres.sh "$PWD/scripts/test.sh"
fi

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# Every test on both engines; only the race detector, below, is content with one.
unset FROSTGATE_TEST_ENGINE

# Tests run in their package's folder, where a relative path means another one.
if [ -n "${FROSTGATE_TESTDATA:-}" ]; then
	FROSTGATE_TESTDATA=$(realpath -m "$FROSTGATE_TESTDATA")
	export FROSTGATE_TESTDATA
fi

# Go's test cache doesn't see files outside the module, such as the real data: a
# build server runs everything anew, a person may trust the cache.
fresh=()
[ "${CI:-}" != true ] || fresh=(-count=1)

format() {
	local bad
	bad=$(find . \( -name '.?*' -o -name node_modules \) -prune -o -name '*.go' -print0 | xargs -0r gofmt -l) || return 1
	[ -z "$bad" ] || { printf "not formatted (make fmt):\n%s\n" "$bad"; return 1; }
}
# nested COMMAND...: the modules of their own below tools/, which ./... leaves out. Without
# cgo, as tests build them: both then compile their dependencies once.
nested() {
	local mod
	for mod in tools/*/go.mod; do
		(cd "$(dirname "$mod")" && CGO_ENABLED=0 "$@" ./...) || return 1
	done
}
vet() { go vet ./... && nested go vet; }
staticcheck() {
	local tool
	tool=$(scripts/tool.sh staticcheck) && "$tool" ./... && nested "$tool"
}

step "format" format
step "vet" vet
skip lint || step "staticcheck" staticcheck

# Packages whose own code shares memory between goroutines. The detector makes code
# 5 to 10 times slower and SQLite, which is Go here, most of all: the short form of
# the tests, on PostgreSQL where a test runs on both; SQLite's part is in internal/db
# and in all that only runs there (the HTTP API, the app).
shares() { grep -lrE --include='*.go' --exclude='*_test.go' '\b(sync\.(Mutex|RWMutex|WaitGroup|Map|Pool|Cond|Once)\b|atomic\.[A-Z])|^[[:space:]]*go [a-zA-Z_.]+\(|errgroup\.' "$@" | xargs -n1 dirname | sort -u | sed 's|^|./|'; }
race() {
	local pkgs
	mapfile -t pkgs < <(shares internal sigma | grep -vx ./internal/db)
	[ ${#pkgs[@]} -ge 20 ] || { echo "only ${#pkgs[@]} packages share memory: the search for them is broken"; return 1; }
	local wrong=0
	go test -race -short "${fresh[@]}" -timeout 15m ./internal/db/... || wrong=1
	FROSTGATE_TEST_ENGINE=postgres go test -race -short "${fresh[@]}" -timeout 15m "${pkgs[@]}" || wrong=1
	return $wrong
}
if ! skip race; then
	if [ "$(go env CGO_ENABLED)" = 1 ] && command -v "$(go env CC)" >/dev/null; then
		step "race detector" race
	elif [ "${CI:-}" = true ]; then
		step "race detector: needs a C compiler" false
	else
		step "race detector: left out, it needs a C compiler" true
	fi
fi

# What `go test` builds holds the console too, so it comes first.
skip web || step "console" scripts/test-web.sh

# Last, so that its lines close the output.
step "tests" go test "${fresh[@]}" -timeout 15m ./...

if [ ${#wrong[@]} -gt 0 ]; then
	# The last lines of a long output are what people are shown.
	for name in "${wrong[@]}"; do
		printf '\n-- what failed in "%s":\n' "$name"
		failures "${name%%:*}"
	done
	printf '\nFAILED after %ss:' "$SECONDS"
	printf ' [%s]' "${wrong[@]}"
	echo
	exit 1
fi
