#!/usr/bin/env bash
# Prints the path of a pinned development tool, building it on first use.
#
#   $(scripts/tool.sh staticcheck) ./...
#
# Tools are built through the Go module proxy into a cache folder whose name holds
# the version, so a newer or older one in PATH is never used by accident and
# go.mod stays free of what only linting needs.
set -euo pipefail

case "${1:-}" in
staticcheck) pkg=honnef.co/go/tools/cmd/staticcheck version=v0.8.2 ;;
golangci-lint) pkg=github.com/golangci/golangci-lint/v2/cmd/golangci-lint version=v2.15.0 ;;
gofumpt) pkg=mvdan.cc/gofumpt version=v0.12.0 ;;
*)
	echo "usage: tool.sh staticcheck|golangci-lint|gofumpt" >&2
	exit 2
	;;
esac

cache=${FROSTGATE_TOOLS:-${XDG_CACHE_HOME:-${HOME:?set HOME or FROSTGATE_TOOLS}/.cache}/frostgate/tools}
# The Go version is part of the name: analysers refuse code newer than themselves.
dir="$cache/$1@$version-$(go env GOVERSION)"
if [ ! -x "$dir/$1" ]; then
	echo "tool: building $pkg@$version (once)" >&2
	mkdir -p "$dir"
	(cd "$dir" && GOFLAGS=-mod=mod CGO_ENABLED=0 GOBIN="$dir" go install "$pkg@$version") >&2
fi
echo "$dir/$1"
