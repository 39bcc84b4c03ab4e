#!/usr/bin/env bash
# Everything that e2e/ proves: rules and dashboards without a server, then alerts and pushes on the real programs, which
# are built from their Go modules once for each version and kept; E2E_BIN says where. Arguments go to go test. With -run,
# the rules see pages of steady troubles only if STEADY_PAGES names a directory to which the tests named TestPagesOf… have written.
# BACKFILL_WEEKS=26 ./run.sh -run Backfill fills in half a year, of which two weeks are the default.
set -euo pipefail
cd "$(dirname "$0")"

alertmanager=v0.31.1
prometheus=$(go list -m -f '{{.Version}}' github.com/prometheus/prometheus)
collector=$(go list -C collector -m -f '{{.Version}}' go.opentelemetry.io/collector/otelcol)
export E2E_BIN="${E2E_BIN:-${XDG_CACHE_HOME:-$HOME/.cache}/contactcenter_exporter/e2e}"
mkdir -p "$E2E_BIN"

# build NAME VERSION COMMAND... has the command make $E2E_BIN/NAME, unless that version is there.
build() {
  if [ ! -x "$E2E_BIN/$1-$2" ]; then
    rm -f "$E2E_BIN/$1"
    "${@:3}"
    mv "$E2E_BIN/$1" "$E2E_BIN/$1-$2"
  fi
  ln -sf "$1-$2" "$E2E_BIN/$1"
}

build prometheus "$prometheus" go build -tags remove_all_sd -o "$E2E_BIN/" github.com/prometheus/prometheus/cmd/prometheus
# These want other versions of what they share with Prometheus, so they are built by themselves.
for name in alertmanager amtool; do
  build "$name" "$alertmanager" env GOBIN="$E2E_BIN" GOFLAGS='' go install "github.com/prometheus/alertmanager/cmd/$name@$alertmanager"
done
build collector "$collector" go build -C collector -o "$E2E_BIN/" .
(cd .. && go build -o "$E2E_BIN/" .)

# The oldest Prometheus that the rules are for is Debian 12's. On other systems the tests on it are skipped, unless OLDEST_PROMETHEUS
# says where it is.
debian="$E2E_BIN/debian-12/usr/bin"
if [ ! -x "$debian/prometheus" ] && grep -q '^VERSION_CODENAME=bookworm' /etc/os-release; then
  package=$(mktemp -d)
  (cd "$package" && apt-get download -qq prometheus) && dpkg -x "$package"/prometheus_*.deb "$E2E_BIN/debian-12"
  rm -r "$package"
fi
if [ -x "$debian/prometheus" ]; then
  export OLDEST_PROMETHEUS="${OLDEST_PROMETHEUS:-$debian}"
fi

# What a Prometheus scrapes in an hour of each trouble, and on days a week apart, for the rules: a minute's work, done when
# everything is tested.
if [[ " $* " != *" -run "* ]]; then
  STEADY_PAGES=$(mktemp -d)
  export STEADY_PAGES
  trap 'rm -r "$STEADY_PAGES"' EXIT
  (cd .. && go test -count=1 -run '^Test(PagesOf(SteadyTroubles|AWeek)|NothingIsLostOrCountedTwiceAtTheSeam)$' ./internal/promises)
fi

"$E2E_BIN/amtool" check-config ../alerts/alertmanager.example.yml
"$E2E_BIN/amtool" check-config ../deploy/compose/alertmanager.yml
go vet ./...
go vet -C collector ./...
go test -count=1 -timeout 40m "$@" ./...
