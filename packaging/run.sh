#!/usr/bin/env bash
# Everything that packaging/ proves: workflows, chart, manifests and mixin, then the files of a release and an installed package.
# For a Debian machine, as root.
set -euo pipefail
cd "$(dirname "$0")/.."

packaging/tools.sh actionlint goreleaser helm helm-unittest
PATH="${XDG_CACHE_HOME:-$HOME/.cache}/contactcenter_exporter/bin:$PATH"
actionlint
helm-unittest --file 'unittests/*_test.yaml' deploy/helm/contactcenter-exporter
go vet -C packaging ./...
go test -C packaging -count=1 ./...

built=$(mktemp -d)
trap 'rm -rf "$built"' EXIT
packaging/release.sh "$built"
packaging/install.sh "$built"/*_"$(dpkg --print-architecture)".deb
