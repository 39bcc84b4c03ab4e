#!/usr/bin/env bash
# Installs the named tools, each once in the version that is pinned here, into ~/.cache/contactcenter_exporter/bin:
#   packaging/tools.sh helm
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
bin="${XDG_CACHE_HOME:-$HOME/.cache}/contactcenter_exporter/bin"
mkdir -p "$bin"
export GOTOOLCHAIN=local GOFLAGS='' CGO_ENABLED=0

for name in "$@"; do
  case $name in
  actionlint) package=github.com/rhysd/actionlint/cmd/actionlint version=v1.7.12 ;;
  goreleaser) package=github.com/goreleaser/goreleaser/v2 version=v2.13.0 ;;
  helm) package=helm.sh/helm/v3/cmd/helm version=v3.22.0 ;;
  helm-unittest) package=github.com/helm-unittest/helm-unittest/cmd/helm-unittest version=v1.0.3 ;;
  *) echo "tools: $name is unknown" >&2 && exit 1 ;;
  esac
  if [ ! -x "$bin/$name-$version" ]; then
    new=$(mktemp -d)
    if [ "$name" = helm-unittest ]; then # its module can't be installed by itself
      go build -C "$here/unittest" -o "$new/" "$package"
    else
      GOBIN="$new" go install "$package@$version"
    fi
    mv "$new/$name" "$bin/$name-$version"
    rmdir "$new"
  fi
  ln -sf "$name-$version" "$bin/$name"
done
