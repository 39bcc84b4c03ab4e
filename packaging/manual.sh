#!/usr/bin/env bash
# Writes the man page and the shell completions of the program to packaging/generated.
set -euo pipefail
cd "$(dirname "$0")/.."

out=packaging/generated
mkdir -p "$out"
program=$(mktemp -d)
trap 'rm -rf "$program"' EXIT
# The hook of a release runs for the host, whatever it is built for later.
env -u GOOS -u GOARCH CGO_ENABLED=0 go build -trimpath -o "$program/contactcenter_exporter" .
PATH="$program:$PATH"

contactcenter_exporter --completion-script-bash >"$out/contactcenter_exporter.bash"
contactcenter_exporter --completion-script-zsh >"$out/_contactcenter_exporter"
# The title is one line, without the versions of Go and of the machine, and the name says what the program does, for apropos.
contactcenter_exporter --help-man | awk '
  /^\.TH/ { print ".TH contactcenter_exporter 1 \"\" \"\" \"User commands\""; title = 1 }
  /^\.SH "NAME"/ { print; getline; print $0 " \\- Prometheus and OpenTelemetry exporter for LivePerson and LiveVox"; title = 0; next }
  /^\.SH/ { title = 0 }
  !title' | gzip --no-name --best >"$out/contactcenter_exporter.1.gz"
