#!/usr/bin/env bash
# Makes sure that a Docker engine is running, for the tests. Uses a running engine if there is one; otherwise installs
# and starts one, but only on Debian, as root, with DOCKER_ENGINE_INSTALL=1 or CI=true.
#
#   docker-engine.sh        start; prints one line that says what it did
#   docker-engine.sh stop   stops the engine that this script started, and only that one
set -euo pipefail

ground="${TMPDIR:-/tmp}/supportmax-engine"
pidfile="$ground/dockerd.pid"
log="$ground/dockerd.log"

# macOS has no `timeout`; there, a hanging engine hangs this script.
limit() { if command -v timeout >/dev/null; then timeout 10 "$@"; else "$@"; fi; }
answers() { limit docker version --format '{{.Server.Version}}' >/dev/null 2>&1; }
version() { docker version --format '{{.Server.Version}}'; }
# The pid in the file may have been reused by another program: only a dockerd counts as ours.
ours() { [ -s "$pidfile" ] && [ "$(cat "/proc/$(cat "$pidfile")/comm" 2>/dev/null)" = dockerd ]; }
fail() { echo "docker-engine: $*" >&2; exit 3; }

stop() {
  if ! ours; then echo "docker-engine: no engine of ours is running"; return; fi
  local pid; pid=$(cat "$pidfile")
  kill "$pid"
  for _ in $(seq 150); do [ -d "/proc/$pid" ] || break; sleep 0.2; done
  [ ! -d "/proc/$pid" ] || fail "dockerd ($pid) could not be stopped"
  rm -f "$pidfile"
  echo "docker-engine: stopped the engine started here ($pid)"
}

# Debian 12 has engine 20.10, which is not supported (25 or newer is). Four packages of Debian 13 run on it; the
# pin keeps everything else (libc, containerd, runc) at its version.
install_from_trixie() {
  local sources mirror keyring
  sources=$(cat /etc/apt/sources.list /etc/apt/sources.list.d/*.list /etc/apt/sources.list.d/*.sources 2>/dev/null || true)
  mirror=$(grep -oE '(https?|mirror\+[a-z]+|file)://?[^] ]+/debian/?( |$)' <<<"$sources" | head -n1 | tr -d ' ')
  [ -n "$mirror" ] || fail "found no Debian mirror in the apt sources"
  keyring=/usr/share/keyrings/debian-archive-keyring.gpg
  printf 'Types: deb\nURIs: %s\nSuites: trixie\nComponents: main\nSigned-By: %s\n' "$mirror" "$keyring" \
    >/etc/apt/sources.list.d/supportmax-trixie.sources
  printf 'Package: *\nPin: release n=trixie\nPin-Priority: 50\n' >/etc/apt/preferences.d/supportmax-trixie
  apt-get update -qq
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
    'docker.io=26.1.*' 'docker-cli=26.1.*' 'docker-compose=2.26.*' 'docker-buildx=0.13.*' iptables
}

install_engine() {
  [ "$(id -u)" = 0 ] || fail "no Docker engine is running, and installing one requires root: start yours"
  [ "${DOCKER_ENGINE_INSTALL:-${CI:-}}" ] || fail "no Docker engine is running: start yours, or set DOCKER_ENGINE_INSTALL=1"
  command -v apt-get >/dev/null || fail "no Docker engine is running, and there is no apt-get to install one"
  . /etc/os-release
  case "${VERSION_CODENAME:-}" in
    bookworm) install_from_trixie ;;
    trixie | forky | sid) apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq \
      --no-install-recommends docker.io docker-cli docker-compose docker-buildx iptables ;;
    *) fail "no Docker engine is running, and it cannot be installed on this system" ;;
  esac >"$ground/install.log" 2>&1 || fail "installation failed: $(tail -n 3 "$ground/install.log")"
}

start() {
  mkdir -p "$ground"
  if answers; then echo "docker-engine: using the running engine ($(version))"; return; fi
  ours && fail "dockerd ($(cat "$pidfile")) is running but does not respond, see $log"
  local did="started"
  if ! command -v dockerd >/dev/null; then install_engine; did="installed and started"; fi
  [ "$(id -u)" = 0 ] || fail "no Docker engine is running, and starting one requires root: start yours"
  nohup setsid dockerd --pidfile "$ground/dockerd.own.pid" >"$log" 2>&1 </dev/null &
  echo $! >"$pidfile"
  for _ in $(seq 150); do answers && break; sleep 0.2; done
  answers || fail "dockerd did not respond within 30 s: $(tail -n 3 "$log")"
  local major; major=$(version | cut -d. -f1)
  [ "$major" -ge 25 ] || fail "the engine is $(version), but 25 or newer is required"
  echo "docker-engine: $did an engine ($(version), pid $(cat "$pidfile"), log $log)"
}

case "${1:-start}" in
  start)
    start
    docker compose version >/dev/null 2>&1 || fail "the engine is running, but the 'docker compose' plug-in is missing"
    ;;
  stop) stop ;;
  *) echo "usage: docker-engine.sh [start|stop]" >&2; exit 2 ;;
esac
