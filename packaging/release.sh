#!/usr/bin/env bash
# Builds what a release of the newest commit would publish, twice and in two folders, and compares the files; the first is left in the
# folder that is named: packaging/release.sh FOLDER. Needs goreleaser (packaging/tools.sh) and rpm.
set -euo pipefail
dist=$(realpath "$1")
cd "$(dirname "$0")/.."
# shellcheck source=/dev/null
. packaging/lib.sh

PATH="${XDG_CACHE_HOME:-$HOME/.cache}/contactcenter_exporter/bin:$PATH"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# snapshot FOLDER builds in a clone of the newest commit.
commit=$(git rev-parse HEAD)
snapshot() {
  git clone --quiet --no-hardlinks . "$work/$1"
  git -C "$work/$1" checkout --quiet "$commit"
  (cd "$work/$1" && goreleaser release --snapshot --clean --parallelism 2 >"$work/$1.log" 2>&1) || { cat "$work/$1.log" >&2 && fail "no snapshot"; }
}

snapshot first
(umask 077 && TZ=Asia/Kathmandu snapshot second/somewhere/else)
first="$work/first/dist" second="$work/second/somewhere/else/dist"
diff "$first/sha256sums.txt" "$second/sha256sums.txt" || fail "two builds differ"
built=("$first"/contactcenter_exporter_linux_amd64*/contactcenter_exporter)
# Both builds take compiled packages from Go's cache. This one compiles all of them once more.
(cd "$work/second/somewhere/else" && GOCACHE="$work/cache" goreleaser build --snapshot --clean --single-target --skip before >"$work/again.log" 2>&1) ||
  { cat "$work/again.log" >&2 && fail "no build without the cache"; }
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

cp "$first"/*.deb "$dist"
