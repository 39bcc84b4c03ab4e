# What a developer needs; .ci/run does the same on a clean machine.
GO ?= go
GOLANGCI_LINT_VERSION := v2.15.0

VERSION := $(shell git describe --tags --always --dirty 2>/dev/null || echo unknown)
REVISION := $(shell git rev-parse HEAD 2>/dev/null || echo unknown)
PKG := github.com/prometheus/common/version
LDFLAGS := -s -w -X $(PKG).Version=$(VERSION) -X $(PKG).Revision=$(REVISION)

.PHONY: build test race lint demo bench docs fuzz soak e2e image clean

build:
	CGO_ENABLED=0 $(GO) build -trimpath -ldflags '$(LDFLAGS)' -o contactcenter_exporter .

test:
	$(GO) test ./...

race:
	$(GO) test -race ./...

lint:
	$(GO) vet ./...
	golangci-lint run

demo:
	$(GO) run . demo

# Ratios in one run, never asserted: what a scrape costs against writing the same bytes.
bench:
	$(GO) test -run "^$$$$" -bench . -benchtime 1x -timeout 20m ./bench/
	$(GO) test -run "^$$$$" -bench . ./internal/page ./internal/state

# Everything under docs/ that is made from the code.
docs:
	$(GO) test ./internal/command -run TestReferences -update

# Every fuzz target for a while: FUZZTIME=10m make fuzz
FUZZTIME ?= 60s
fuzz:
	@for pkg in $$($(GO) list ./...); do \
	  for target in $$($(GO) test -list '^Fuzz' $$pkg 2>/dev/null | grep '^Fuzz'); do \
	    echo "$$pkg $$target" && $(GO) test $$pkg -run '^$$' -fuzz "^$$target\$$" -fuzztime $(FUZZTIME) || exit 1; \
	  done; \
	done

# A thousand kills while a million events flow, for each of six exporters.
soak:
	CRASH_KILLS=1000 CRASH_EVENTS=1000000 $(GO) test -timeout 60m -run TestKilled -v ./internal/crash

# Alerts on the real programs: builds Prometheus and Alertmanager from their modules.
e2e:
	./e2e/run.sh

image: build
	docker build -t contactcenter_exporter .

clean:
	rm -rf contactcenter_exporter dist data
