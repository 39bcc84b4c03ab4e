# What a developer needs; .ci/run does the same on a clean machine.
GO ?= go
GOLANGCI_LINT_VERSION := v2.15.0

VERSION := $(shell git describe --tags --always --dirty 2>/dev/null || echo unknown)
REVISION := $(shell git rev-parse HEAD 2>/dev/null || echo unknown)
PKG := github.com/prometheus/common/version
LDFLAGS := -s -w -X $(PKG).Version=$(VERSION) -X $(PKG).Revision=$(REVISION)

.PHONY: build test race lint demo bench microbench docs chart released-metrics fuzz soak e2e pictures snapshot package image clean

build:
	CGO_ENABLED=0 $(GO) build -trimpath -ldflags '$(LDFLAGS)' -o contactcenter_exporter .

test:
	$(GO) test ./...

race:
	$(GO) test -race ./...

lint:
	$(GO) vet ./...
	golangci-lint run
	cd bench && $(GO) vet . && golangci-lint run

demo:
	$(GO) run . demo

# Whole processes side by side in one run, about half an hour: docs/performance.md.
# BENCH_AGENTS=10000 make bench: one size only.
bench: microbench
	cd bench && $(GO) test -run '^$$' -bench . -benchtime 1x -timeout 60m .

# Parts of the way from an answer to the page, for benchstat: MICROBENCH_COUNT=10
MICROBENCH_COUNT ?= 1
microbench:
	$(GO) test -run '^$$' -bench . -benchtime 0.3s -count $(MICROBENCH_COUNT) -timeout 30m \
	  ./internal/liveperson ./internal/livevox ./internal/page ./internal/state ./scrape

# Everything under docs/ that is made from the code.
docs:
	$(GO) test . -run TestCommandLineReference -update
	$(GO) test ./internal/command -run TestReferences -update
	$(GO) test ./internal/promises -run TestReliabilityDocument -update

# Everything that is made from the Helm chart.
BIN := $(or $(XDG_CACHE_HOME),$(HOME)/.cache)/contactcenter_exporter/bin
chart:
	packaging/tools.sh helm
	cd packaging && PATH="$(BIN):$$PATH" $(GO) test -count=1 . -update

# The metrics that the next releases keep: run it on the commit of a release.
released-metrics:
	$(GO) run . metrics --format json > internal/command/testdata/released_metrics.json

# Every fuzz target for a while: FUZZTIME=10m make fuzz
FUZZTIME ?= 60s
fuzz:
	@for pkg in $$($(GO) list ./...); do \
	  for target in $$($(GO) test -list '^Fuzz' $$pkg 2>/dev/null | grep '^Fuzz'); do \
	    echo "$$pkg $$target" && $(GO) test $$pkg -run '^$$' -fuzz "^$$target\$$" -fuzztime $(FUZZTIME) -fuzzminimizetime 20x || exit 1; \
	  done; \
	done

# A thousand kills while a million events flow, for each of six exporters; then
# the program among failing vendors, looked at for leaks; the memory of a back-fill of 36 million rows: SOAK=1h make soak
SOAK ?= 5m
soak:
	CRASH_KILLS=1000 CRASH_EVENTS=1000000 $(GO) test -timeout 60m -run TestKilled -v ./internal/crash
	REPLICA_KILLS=200 $(GO) test -timeout 60m -run TestReplica -v ./internal/crash
	SOAK=$(SOAK) $(GO) test -timeout 0 -run TestSoak -v ./internal/crash
	PROMISES=long $(GO) test -timeout 60m ./internal/promises
	$(GO) test -timeout 60m -run '^$$' -bench Memory -benchtime 180x ./internal/backfill
	ENDPOINT_TESTS=all $(GO) test -timeout 40m -run TestAnEndpointIsFiveFiles .
	STATE_IMAGES=1000 $(GO) test ./internal/state -timeout 30m -run 'History|Power' -rapid.checks=20000 -v

# Alerts and pushes on the real programs: builds Prometheus, Alertmanager and an OpenTelemetry Collector from their modules.
e2e:
	./e2e/run.sh

# Pictures of the dashboards in docs/, from a Prometheus that scrapes a demo: e2e/pictures/README.md. PICTURES="--only=agent --width=1280"
PROMETHEUS ?= http://localhost:9090
pictures:
	cd e2e/pictures && npm ci --no-audit --no-fund && node take.mjs --prometheus='$(PROMETHEUS)' $(PICTURES)

image:
	docker build -t contactcenter_exporter --build-arg VERSION='$(VERSION)' --build-arg REVISION='$(REVISION)' --build-arg CREATED='$(shell git log -1 --format=%cI)' .

# What a release would publish, from the newest commit and the work tree, in dist/.
snapshot:
	packaging/tools.sh goreleaser
	PATH="$(BIN):$$PATH" goreleaser release --snapshot --clean

# All that is installed, on a Debian machine, as root.
package:
	packaging/run.sh

clean:
	rm -rf contactcenter_exporter dist data packaging/generated
