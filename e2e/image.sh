#!/usr/bin/env bash
# Builds the image from the program in the folder above (make build) without pulling anything, for two architectures, and runs
# that of this machine as compose.yaml does: no root user, no capability, nothing writable but the state. Needs buildah, podman
# and runc.
set -euo pipefail
cd "$(dirname "$0")/.."

image=localhost/contactcenter_exporter:e2e
container=contactcenter_exporter_e2e_$$
config=$(mktemp -d)
trap 'podman rm --force --volumes --ignore "$container" >/dev/null; rm -rf "$config"' EXIT

fail() {
  echo "image: $*" >&2
  podman logs "$container" >&2 || true
  exit 1
}

# wants NAME EXPRESSION FILE fails unless a line of the file matches.
wants() { grep -Eq "$2" "$3" || fail "$1: $(cat "$3")"; }

# run COMMAND... starts a container and waits for its page, whose URL it puts into page.
run() {
  podman run --detach --name "$container" --runtime runc --network host --ulimit nofile=1024:1024 --ulimit nproc=1024:1024 \
    --read-only --read-only-tmpfs=false --cap-drop ALL --security-opt no-new-privileges --volume "$config:/etc/contactcenter:ro" \
    "$image" "$@" --web.listen-address=127.0.0.1:0 >/dev/null
  page=
  for _ in $(seq 120); do
    page=$(podman logs "$container" 2>&1 | sed -n 's|.*Listening on" address=\(.*\)|http://\1/metrics|p')
    if [ -n "$page" ] && curl --silent --fail --output "$config/page" "$page"; then
      return
    fi
    [ "$(podman inspect --format '{{.State.Running}}' "$container")" = true ] || fail "it ended"
    sleep 1
  done
  fail "no page"
}

# stop ends the container as an engine does; the program says that all is well.
stop() {
  podman stop --time 20 "$container" >/dev/null
  [ "$(podman inspect --format '{{.State.ExitCode}}' "$container")" = 0 ] || fail "it ended badly"
  podman rm --volumes "$container" >/dev/null
}

# build TAG FOLDER ARGUMENT... builds an image from the program in a folder.
build() {
  buildah bud --isolation chroot --pull-never --quiet --build-arg PROGRAM=context --build-arg BASE=scratch --build-arg VERSION=v1.2.3 \
    --build-arg REVISION=abc --build-arg CREATED=2026-01-02T15:04:05Z --file Dockerfile "${@:3}" --tag "$1" "$2" >/dev/null
}

# labelled IMAGE ARCHITECTURE fails unless the image says what it is.
labelled() {
  podman image inspect "$1" >"$config/image"
  wants "architecture" "\"Architecture\": \"$2\"" "$config/image"
  wants "version" '"org.opencontainers.image.version": "v1.2.3"' "$config/image"
  wants "revision" '"org.opencontainers.image.revision": "abc"' "$config/image"
  wants "created" '"org.opencontainers.image.created": "2026-01-02T15:04:05Z"' "$config/image"
  wants "source" '"org.opencontainers.image.source": "https://github.com/' "$config/image"
  wants "licence" '"org.opencontainers.image.licenses": "Apache-2.0"' "$config/image"
}

build "$image" . --platform "linux/$(go env GOARCH)"
labelled "$image" "$(go env GOARCH)"
mkdir "$config/arm64"
CGO_ENABLED=0 GOOS=linux GOARCH=arm64 go build -trimpath -o "$config/arm64/contactcenter_exporter" .
build "$image-arm64" "$config/arm64" --platform linux/arm64
labelled "$image-arm64" arm64
rm -r "$config/arm64" "$config/image"

cat >"$config/contactcenter.yml" <<'END'
accounts:
  - name: dialer
    vendor: livevox
    base_url: http://127.0.0.1:1
    auth: {client_name: a, username: b, password: c, access_token: d}
END
chmod -R a+rX "$config"

run demo
wants "the demo's page" '^contactcenter_agents\{' "$config/page"
stop

run serve --config.file=/etc/contactcenter/contactcenter.yml --state.dir=/data
wants "the page" '^contactcenter_exporter_state_writable 1$' "$config/page"
process=/proc/$(podman inspect --format '{{.State.Pid}}' "$container")
wants "user" '^Uid:\s65532\s65532\s65532\s65532$' "$process/status"
wants "capabilities" '^CapEff:\s0+$' "$process/status"
wants "new privileges" '^NoNewPrivs:\s1$' "$process/status"
wants "read-only root" '^\S+ / \S+ ro,' "$process/mounts"
[ -s "$process/root/data/state.db" ] || fail "there is no state"
stop
echo "image: it runs without root, capabilities or a writable root"
