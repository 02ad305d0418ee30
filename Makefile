# Everything a contributor or a build server runs. `make help` lists it.

SHELL       := /usr/bin/env bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

VERSION ?= $(shell git describe --tags --always --dirty 2>/dev/null || echo dev)
LDFLAGS := -s -w -X main.version=$(VERSION)

# Real data for tests, demo and benchmarks; it is never part of the repository.
# Absolute, because tests run in their package's folder.
FROSTGATE_TESTDATA ?= ../shared/data
override FROSTGATE_TESTDATA := $(abspath $(FROSTGATE_TESTDATA))
export FROSTGATE_TESTDATA

SAMPLES   := $(wildcard $(FROSTGATE_TESTDATA)/events)
DEMO_ARGS ?=

# What `make verify` looks at after regenerating. ADD to it where a generator
# writes elsewhere.
GENERATED ?= api ':(glob)**/zz_generated_*' ':(glob)**/gen/**'

BENCH      ?= .
BENCH_TIME ?= 1s
BENCH_ARGS ?=
BENCH_PKGS = $(sort $(dir $(shell grep -rl --include='*_test.go' '^func Benchmark' cmd internal receipt sigma sdk bench 2>/dev/null)))

FAULT_CYCLES ?= 200

.PHONY: help build web web-bench web-dev demo test test-short corpus bench fault lint fmt verify align clean

help: ## Show what can be made
	@awk -F':.*## ' '/^[a-z-]+:.*## /{printf "  %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

build: web ## Build bin/frostgate, one static binary, with the console when Node is there
	CGO_ENABLED=0 go build -trimpath -ldflags "$(LDFLAGS)" -o bin/frostgate ./cmd/frostgate

web: ## Build the console into web/dist, when something changed (FROSTGATE_WEB=need fails without Node, =no skips it)
	scripts/web.sh

web-bench: web ## Print how fast the console is: first paint, changes of screen, scrolling 100,000 findings, 500 events a second
	cd web && FROSTGATE_CHROMIUM="$${FROSTGATE_CHROMIUM:-$$(../scripts/chromium.sh)}" npm run bench

web-dev: ## Serve the console while working on it, with the API of FROSTGATE_URL (http://127.0.0.1:8080)
	cd web && { [ -d node_modules ] || npm ci --no-audit --no-fund; } && npm run dev

demo: build ## Start a throw-away server with sample events (DEMO_ARGS=--exit ends it after the tour)
	bin/frostgate demo $(if $(SAMPLES),--samples $(SAMPLES)) $(DEMO_ARGS)

test: ## Check format, vet, staticcheck and run every test on SQLite and a temporary PostgreSQL
	scripts/test.sh

test-short: ## Run the tests without long forms, the race detector or analysers
	scripts/with-postgres.sh go test -short ./...

corpus: ## Hold detection against the naive evaluator on every real event and thousands of made ones (about a minute)
	FROSTGATE_CORPUS=full go test -count=1 -timeout 30m -v -run 'Corpora|Agreement|EveryRule|Regression' ./sigma

bench: ## Measure: Go benchmarks, then the comparison in bench/ (BENCH=regexp, BENCH_ARGS=...)
	@scripts/machine.sh
	FROSTGATE_PG_DURABLE=1 scripts/with-postgres.sh scripts/bench.sh '$(BENCH)' '$(BENCH_TIME)' '$(BENCH_ARGS)' $(BENCH_PKGS)

fault: ## Kill the server at random moments under load (FAULT_CYCLES=200)
	FROSTGATE_FAULT_CYCLES=$(FAULT_CYCLES) scripts/with-postgres.sh go test -count=1 -timeout 120m -v ./e2e/fault/...

lint: ## Run all linters of .golangci.yml (first run builds the linter: a few minutes)
	@tool=$$(scripts/tool.sh golangci-lint); "$$tool" run ./...; \
	for mod in tools/*/go.mod bench/*/go.mod; do (cd "$$(dirname "$$mod")" && "$$tool" run -c "$(CURDIR)/.golangci.yml" ./...); done

fmt: ## Format the code (gofumpt)
	"$$(scripts/tool.sh gofumpt)" -w $$(git ls-files --cached --others --exclude-standard '*.go')

verify: ## Regenerate generated files; fail when the committed ones differ
	go generate ./...
	git diff --exit-code -- $(GENERATED)
	@new=$$(git ls-files --others --exclude-standard -- $(GENERATED)); \
	if [ -n "$$new" ]; then echo "generated but not committed:"; echo "$$new"; exit 1; fi

align: ## Run the tests that prove each requirement and print the score (UPDATE=1 accepts it)
	scripts/with-postgres.sh go run ./tools/align $(if $(UPDATE),-update)

clean: ## Remove what was built
	rm -rf bin coverage web/.built web/.wasm
	find web/dist -mindepth 1 ! -name .keep -delete
