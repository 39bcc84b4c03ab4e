#!/usr/bin/env bash
# Everything that e2e/ proves: rules and dashboards without a server, then alerts on the real programs. The programs are
# built from their Go modules once and kept; E2E_BIN says where.
set -euo pipefail
cd "$(dirname "$0")"

alertmanager=v0.31.1
export E2E_BIN="${E2E_BIN:-${XDG_CACHE_HOME:-$HOME/.cache}/contactcenter_exporter/e2e}"
mkdir -p "$E2E_BIN"

go build -tags remove_all_sd -o "$E2E_BIN/" github.com/prometheus/prometheus/cmd/prometheus
# Alertmanager wants other versions of what it shares with Prometheus, so it is built by itself.
if [ ! -x "$E2E_BIN/alertmanager-$alertmanager" ]; then
  GOBIN="$E2E_BIN" GOFLAGS= go install "github.com/prometheus/alertmanager/cmd/alertmanager@$alertmanager"
  GOBIN="$E2E_BIN" GOFLAGS= go install "github.com/prometheus/alertmanager/cmd/amtool@$alertmanager"
  mv "$E2E_BIN/alertmanager" "$E2E_BIN/alertmanager-$alertmanager"
fi
ln -sf "alertmanager-$alertmanager" "$E2E_BIN/alertmanager"
(cd .. && go build -o "$E2E_BIN/" .)

"$E2E_BIN/amtool" check-config ../alerts/alertmanager.example.yml
"$E2E_BIN/amtool" check-config ../deploy/compose/alertmanager.yml
go vet ./...
go test -count=1 -timeout 25m "$@" ./...
