#!/usr/bin/env bash
# Installs the deb that is named, runs the program as its unit does, removes and purges the package: packaging/install.sh DEB.
# For a Debian machine, as root, on which the package isn't installed. Needs systemd-analyze and curl.
set -euo pipefail
deb=$(realpath "$1")
# shellcheck source=/dev/null
. "$(dirname "$0")/lib.sh"

dpkg --status contactcenter-exporter >/dev/null 2>&1 && fail "contactcenter-exporter is installed"
work=$(mktemp -d)
program=
stop() {
  if [ -n "$program" ]; then kill "$program" 2>/dev/null || true; fi
  dpkg --purge contactcenter-exporter >/dev/null 2>&1 || true
  rm -rf "$work"
}
trap stop EXIT

config=/etc/contactcenter_exporter/contactcenter.yml
state=/var/lib/contactcenter_exporter
unit=/usr/lib/systemd/system/contactcenter_exporter.service
user=contactcenter_exporter
dpkg --install "$deb" >/dev/null
is "the configuration" "$(stat -c '%U:%G %a' "$config")" "root:$user 640"
is "its folder" "$(stat -c '%U:%G %a' /etc/contactcenter_exporter)" "root:$user 750"
is "the state directory" "$(stat -c '%U:%G %a' "$state")" "$user:$user 700"
dpkg --listfiles contactcenter-exporter | has "the deb" '^/usr/share/man/man1/contactcenter_exporter.1.gz$'
dpkg --listfiles contactcenter-exporter | has "the deb" '^/usr/share/zsh/site-functions/_contactcenter_exporter$'
# shellcheck disable=SC2016 # the inner shell expands
bash -c 'source /usr/share/bash-completion/completions/contactcenter_exporter
  COMP_WORDS=(contactcenter_exporter serve --config.f) COMP_CWORD=2 && _contactcenter_exporter_bash_autocomplete && echo "${COMPREPLY[@]}"' |
  has "the completion" '^--config.file$'
systemd-analyze verify "$unit"
systemd-analyze security --offline=true --threshold=20 "$unit" | tail -1

# The shipped configuration has no account; its user can read it.
{ setpriv --reuid "$user" --regid "$user" --clear-groups contactcenter_exporter check --offline --config.file="$config" 2>&1 || true; } |
  has "check" 'at least one account'
cat >"$config" <<'END'
accounts:
  - name: dialer
    vendor: livevox
    base_url: http://127.0.0.1:1
    auth: {client_name: a, username: b, password: c, access_token: d}
END

# setting KEY prints what the unit says of a key, a line for each time.
setting() { sed -n "s/^$1=//p" "$unit"; }

mapfile -t environment < <(setting Environment)
read -ra command <<<"$(setting ExecStart)"
(
  umask "$(setting UMask)"
  cd /
  exec env -i "${environment[@]}" setpriv --reuid "$(setting User)" --regid "$(setting Group)" --clear-groups --no-new-privs --bounding-set=-all \
    --inh-caps=-all prlimit --core=0 --nofile="$(setting LimitNOFILE)" "${command[@]}"
) >"$work/log" 2>&1 &
program=$!
for _ in $(seq 120); do
  curl --silent --fail --output "$work/page" http://127.0.0.1:9925/metrics && break
  kill -0 "$program" || { cat "$work/log" >&2 && fail "the program ended"; }
  sleep 0.5
done
has "the page" '^contactcenter_exporter_state_writable 1$' <"$work/page"
has "the page" "^contactcenter_exporter_build_info\{.*revision=\"[0-9a-f]{40}\".*\} 1\$" <"$work/page"
kill -HUP "$program" # ExecReload
for _ in $(seq 120); do
  grep -q 'configuration reloaded' "$work/log" && break
  sleep 0.5
done
has "the log" 'configuration reloaded' <"$work/log"
kill -TERM "$program"
wait "$program" || { cat "$work/log" >&2 && fail "the program ended badly"; }
program=
is "the state" "$(stat -c '%U:%G %a' "$state/state.db")" "$user:$user 600"

before=$(sha256sum "$config")
dpkg --install "$deb" >/dev/null
is "the configuration after another install" "$(sha256sum "$config")" "$before"
dpkg --remove contactcenter-exporter >/dev/null
[ ! -e /usr/bin/contactcenter_exporter ] || fail "the program is still there"
[ -s "$state/state.db" ] || fail "the state is gone with the program"
is "the configuration after the removal" "$(sha256sum "$config")" "$before"
dpkg --purge contactcenter-exporter >/dev/null
for path in "$state" /etc/contactcenter_exporter; do
  [ ! -e "$path" ] || fail "$path outlives the purge"
done
echo "package: installed, run as its unit does, removed and purged"
