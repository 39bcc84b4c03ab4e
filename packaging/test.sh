#!/usr/bin/env bash
# Builds what a release of the newest commit would publish, twice and in two folders, and compares the files; installs the deb,
# runs the program as its unit does, removes and purges it. For a Debian machine, as root, on which the package isn't installed.
# Needs goreleaser (packaging/tools.sh), systemd-analyze, rpm and curl.
set -euo pipefail
cd "$(dirname "$0")/.."

PATH="${XDG_CACHE_HOME:-$HOME/.cache}/contactcenter_exporter/bin:$PATH"
work=$(mktemp -d)
program=
stop() {
  if [ -n "$program" ]; then kill "$program" 2>/dev/null || true; fi
  dpkg --purge contactcenter-exporter >/dev/null 2>&1 || true
  rm -rf "$work"
}
trap stop EXIT

fail() {
  echo "package: $*" >&2
  exit 1
}

# is NAME HAVE WANT demands that a value is as it should be.
is() { [ "$2" = "$3" ] || fail "$1 is '$2', not '$3'"; }

# has NAME EXPRESSION demands that a line of the standard input matches.
has() {
  local all
  all=$(cat)
  grep -Eq -- "$2" <<<"$all" || fail "$1 lacks $2:"$'\n'"$all"
}

# snapshot FOLDER builds in a clone of the newest commit.
commit=$(git rev-parse HEAD)
snapshot() {
  git clone --quiet --no-hardlinks . "$work/$1"
  git -C "$work/$1" checkout --quiet "$commit"
  (cd "$work/$1" && goreleaser release --snapshot --clean --parallelism 2 >"$work/$1.log" 2>&1) || { cat "$work/$1.log" >&2 && fail "no snapshot"; }
}

dpkg --status contactcenter-exporter >/dev/null 2>&1 && fail "contactcenter-exporter is installed"

snapshot first
(umask 077 && TZ=Asia/Kathmandu snapshot second/somewhere/else)
first="$work/first/dist" second="$work/second/somewhere/else/dist"
diff "$first/sha256sums.txt" "$second/sha256sums.txt" || fail "two builds differ"
built=("$first"/contactcenter_exporter_linux_amd64*/contactcenter_exporter)
# Both builds take compiled packages from Go's cache. This one compiles all of them once more.
(cd "$work/second/somewhere/else" && GOCACHE="$work/cache" goreleaser build --snapshot --clean --single-target --skip before >/dev/null 2>&1)
cmp "${built[0]}" "$second"/contactcenter_exporter_linux_amd64*/contactcenter_exporter || fail "a build without the cache differs"
(cd "$first" && sha256sum --quiet --check sha256sums.txt)
echo "package: $(wc -l <"$first/sha256sums.txt") files are the same in two builds"

archives=("$first"/*.tar.gz "$first"/*.zip) packages=("$first"/*.deb "$first"/*.rpm "$first"/*.apk)
is "number of archives" ${#archives[@]} 6
is "number of packages" ${#packages[@]} 6
for file in "${archives[@]}" "${packages[@]}"; do
  has "the SBOM of $file" '"spdxVersion": "SPDX-2.3"' <"$file.spdx.json"
  has "the SBOM of $file" 'pkg:golang/github.com/alecthomas/kingpin/v2@v' <"$file.spdx.json"
done
archive=("$first"/contactcenter_exporter-*.linux-amd64.tar.gz)
tar -xzf "${archive[0]}" -C "$work"
folder=("$work"/contactcenter_exporter-*)
for file in LICENSE README.md CHANGELOG.md contactcenter.yml contactcenter_exporter.service dashboards/overview.json alerts/contactcenter.rules.yml; do
  [ -s "${folder[0]}/$file" ] || fail "the archive lacks $file"
done
"${folder[0]}/contactcenter_exporter" --version | has "the version" "^contactcenter_exporter, version v.* \(branch: , revision: $commit\)\$"

rpm -qp --queryformat '[%{FILENAMES} %{FILEMODES:perms} %{FILEUSERNAME} %{FILEGROUPNAME} %{FILEFLAGS:fflags}\n]' "$first"/*.x86_64.rpm >"$work/rpm" 2>/dev/null
has "the rpm" '^/etc/contactcenter_exporter/contactcenter.yml -rw-r----- root contactcenter_exporter cn$' <"$work/rpm"
has "the rpm" '^/var/lib/contactcenter_exporter drwx------ contactcenter_exporter contactcenter_exporter' <"$work/rpm"
has "the rpm" '^/usr/lib/systemd/system/contactcenter_exporter.service -rw-r--r-- root root' <"$work/rpm"
tar --ignore-zeros -tvzf "$first"/*_x86_64.apk >"$work/apk" 2>/dev/null
has "the apk" '^-rw-r----- root/contactcenter_exporter .* etc/contactcenter_exporter/contactcenter.yml$' <"$work/apk"
has "the apk" '\.pre-install$' <"$work/apk"

config=/etc/contactcenter_exporter/contactcenter.yml
state=/var/lib/contactcenter_exporter
unit=/usr/lib/systemd/system/contactcenter_exporter.service
user=contactcenter_exporter
deb=("$first"/*_amd64.deb)
dpkg --install "${deb[0]}" >/dev/null
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
has "the page" "^contactcenter_exporter_build_info\{.*revision=\"$commit\".*\} 1\$" <"$work/page"
kill -HUP "$program"
for _ in $(seq 120); do
  grep -Eq 'msg=.*(reload|configuration)' "$work/log" && break
  sleep 0.5
done
kill -TERM "$program"
wait "$program" || { cat "$work/log" >&2 && fail "the program ended badly"; }
program=
is "the state" "$(stat -c '%U:%G %a' "$state/state.db")" "$user:$user 600"

before=$(sha256sum "$config")
dpkg --install "${deb[0]}" >/dev/null
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
