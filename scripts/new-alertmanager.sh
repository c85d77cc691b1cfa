#!/usr/bin/env bash
# Fetches Debian 13's prometheus-alertmanager (0.28) for the tests, next to an older one that may be installed. Changes
# nothing on the system and needs no root: apt reads sources and keeps lists in a temporary folder, and the package is
# unpacked into ~/.cache/supportmax-test/alertmanager. Exit 0: it is there; its path is printed. Otherwise: failed.
set -euo pipefail

place="${XDG_CACHE_HOME:-$HOME/.cache}/supportmax-test/alertmanager"
program="$place/usr/bin/prometheus-alertmanager"
fail() { echo "new-alertmanager: $*" >&2; exit 3; }

if [ -x "$program" ]; then echo "$program"; exit 0; fi
command -v apt-get >/dev/null && command -v dpkg-deb >/dev/null || fail "this needs Debian's apt-get and dpkg-deb"

ground=$(mktemp -d)
trap 'rm -rf "$ground"' EXIT
sources=$(cat /etc/apt/sources.list /etc/apt/sources.list.d/*.list /etc/apt/sources.list.d/*.sources 2>/dev/null || true)
mirror=$(grep -oE '(https?|mirror\+[a-z]+|file)://?[^] ]+/debian/?( |$)' <<<"$sources" | head -n1 | tr -d ' ')
[ -n "$mirror" ] || fail "found no Debian mirror in the apt sources"
mkdir -p "$ground/lists/partial" "$ground/cache/archives/partial" "$ground/parts"
keyring=/usr/share/keyrings/debian-archive-keyring.gpg
echo "deb [signed-by=$keyring] $mirror trixie main" >"$ground/sources.list"
own=(-qq -o "Dir::Etc::SourceList=$ground/sources.list" -o "Dir::Etc::SourceParts=$ground/parts"
  -o "Dir::State::Lists=$ground/lists" -o "Dir::Cache=$ground/cache" -o "APT::Sandbox::User=")
cd "$ground"
apt-get "${own[@]}" update >&2 && apt-get "${own[@]}" download prometheus-alertmanager/trixie >&2 || fail "download failed"
mkdir -p "$place"
dpkg-deb -x prometheus-alertmanager_*.deb "$place"
echo "$program"
