#!/usr/bin/env bash
# Builds the images that the Docker scenarios need; `test-images.sh node` only the first, `test-images.sh packages` those for
# servers from packages. On Linux this needs no image registry:
#   supportmax-test/node:24             npm's node binary and its libraries
#   supportmax-test/npm:24              the same, with npm in the place of the official images
#   supportmax-test/python:3            this machine's Python and its libraries
#   supportmax-test/uv:1                uv from PyPI's wheel
#   supportmax-test/mcp-grafana:VERSION the released binary from PyPI's wheel
# Existing images are kept. Exit 0: all images exist. Exit 4: no mcp-grafana (scenarios use a stand-in), or no images for
# packages. Otherwise: failed.
# The names belong to these tests, so no other image is ever replaced.
set -euo pipefail
cd "$(dirname "$0")/.."

ground=$(mktemp -d)
trap 'rm -rf "$ground"' EXIT
has() { docker image inspect "$1" >/dev/null 2>&1; }

# Copies a program and the shared libraries it loads to the same paths under a new root.
copy_with_libraries() { # program, place, root
  mkdir -p "$3$(dirname "$2")"
  cp -L "$1" "$3$2"
  local library
  for library in $(ldd "$1" 2>/dev/null | grep -oE '/[^ )]+' | sort -u); do
    mkdir -p "$3$(dirname "$library")"
    cp -L "$library" "$3$library"
  done
}

minimal_root() { # root
  mkdir -p "$1/etc/ssl/certs" "$1/tmp" "$1/app"
  chmod 1777 "$1/tmp"
  printf 'root:x:0:0:root:/:/none\nnode:x:1000:1000:node:/tmp:/none\n' >"$1/etc/passwd"
  printf 'root:x:0:\nnode:x:1000:\n' >"$1/etc/group"
  printf 'hosts: files dns\n' >"$1/etc/nsswitch.conf"
  [ ! -r /etc/ssl/certs/ca-certificates.crt ] || cp -L /etc/ssl/certs/ca-certificates.crt "$1/etc/ssl/certs/"
}

# Libraries of glibc by their names.
system_libraries() { # root, name…
  local root="$1" library
  shift
  for library in "$@"; do
    library=$(ldconfig -p | awk -v name="$library" '$1 == name && !n++ { print $NF }')
    [ -z "$library" ] || { mkdir -p "$root$(dirname "$library")"; cp -L "$library" "$root$library"; }
  done
}

node_image() { # tag
  local root="$ground/node"
  copy_with_libraries "$(npx --no-install node -p process.execPath)" /usr/local/bin/node "$root"
  # glibc loads these by name at run time, so ldd does not list them. Without them, host names do not resolve.
  system_libraries "$root" libnss_dns.so.2 libnss_files.so.2 libresolv.so.2
  minimal_root "$root"
  tar -C "$root" -c . | docker import -c 'ENV PATH=/usr/local/bin' - "$1" >/dev/null
}

# The npm of this machine runs with any Node that is new enough.
npm_image() { # tag
  local root="$ground/npm" npm
  npm=$(dirname "$(dirname "$(readlink -f "$(PATH=${PATH//node_modules\/.bin/nowhere} command -v npm)")")")
  mkdir -p "$root/npm"
  cp -RL "$npm/." "$root/npm"
  printf 'FROM supportmax-test/node:24\nCOPY npm /usr/local/lib/node_modules/npm\n' >"$root/Dockerfile"
  docker build --quiet -t "$1" "$root" >/dev/null
}

python_image() { # tag
  local root="$ground/python" python=/usr/bin/python3 library folder
  # One in somebody's home folder cannot be read by the user that servers run as.
  [ -x "$python" ] || python=$(command -v python3)
  copy_with_libraries "$(readlink -f "$python")" /usr/bin/python3 "$root"
  # The bridge is a Node program, and only its binary is copied into the image.
  copy_with_libraries "$(npx --no-install node -p process.execPath)" /unused "$root"
  rm "$root/unused"
  folder=$("$python" -c 'import sysconfig; print(sysconfig.get_path("stdlib"))')
  mkdir -p "$root$folder"
  tar -C "$folder" --exclude=test --exclude=__pycache__ --exclude='*-packages' -c . | tar -C "$root$folder" -x
  system_libraries "$root" libnss_dns.so.2 libnss_files.so.2 libresolv.so.2 librt.so.1 libpthread.so.0 libdl.so.2 libutil.so.1
  for library in "$folder"/lib-dynload/*.so; do copy_with_libraries "$library" "$library" "$root"; done
  minimal_root "$root"
  tar -C "$root" -c . | docker import -c 'ENV PATH=/usr/local/bin:/usr/bin' - "$1" >/dev/null
}

uv_image() { # tag
  local root="$ground/uv" wheel="$ground/wheel-uv"
  python3 -m pip download --quiet --no-deps --dest "$wheel" uv==0.13.9 >"$ground/why.log" 2>&1 || return 1
  python3 -m zipfile -e "$wheel"/*.whl "$wheel" || return 1
  mkdir -p "$root" || return 1
  install -m 0755 "$wheel"/uv-*.data/scripts/uv "$root/uv" || return 1
  tar -C "$root" -c uv | docker import - "$1" >/dev/null
}

# Called in a condition, where errexit is off, so each step handles its own failure.
grafana_image() { # version, tag
  local root="$ground/grafana-$1" wheel="$ground/wheel-$1"
  python3 -m pip download --quiet --no-deps --dest "$wheel" "mcp-grafana==$1" >"$ground/why.log" 2>&1 || return 1
  python3 -m zipfile -e "$wheel"/*.whl "$wheel" || return 1
  mkdir -p "$root/app" || return 1
  install -m 0755 "$wheel/mcp_grafana/bin/mcp-grafana" "$root/app/mcp-grafana" || return 1
  minimal_root "$root" || return 1
  tar -C "$root" -c . | docker import \
    -c 'ENTRYPOINT ["/app/mcp-grafana","--transport","sse","--address","0.0.0.0:8000"]' -c 'USER 1000' - "$2" >/dev/null
}

# On macOS, host programs do not run in containers: use the published image under the tests' name.
pulled() { # image, tag
  docker pull --quiet "$1" >"$ground/why.log" 2>&1 && docker tag "$1" "$2"
}

made() { echo "test-images: $1 $2"; }

tag=supportmax-test/node:24
if has "$tag"; then made "$tag" "exists"
elif [ "$(uname)" = Linux ]; then node_image "$tag"; made "$tag" "built"
else pulled node:24-slim "$tag"; made "$tag" "pulled"
fi

[ "${1:-}" != node ] || exit 0

if [ "${1:-}" = packages ]; then
  for name in npm:24 python:3 uv:1; do
    tag="supportmax-test/$name"
    if has "$tag"; then made "$tag" "exists"
    elif [ "$(uname)" = Linux ] && "${name%%:*}_image" "$tag"; then made "$tag" "built"
    elif [ "$(uname)" != Linux ]; then
      case $name in
        npm:*) pulled node:24-slim "$tag" ;;
        python:*) pulled python:3.12-slim "$tag" ;;
        uv:*) pulled ghcr.io/astral-sh/uv:0.13.9 "$tag" ;;
      esac
      made "$tag" "pulled"
    else made "$tag" "NOT AVAILABLE: $(tail -n 1 "$ground/why.log" | cut -c1-120)"; exit 4
    fi
  done
  exit 0
fi

missing=0
for version in 2.1.1 1.1.0; do
  tag="supportmax-test/mcp-grafana:$version"
  if has "$tag"; then made "$tag" "exists"
  elif [ "$(uname)" = Linux ] && grafana_image "$version" "$tag"; then made "$tag" "built"
  elif [ "$(uname)" != Linux ] && pulled "grafana/mcp-grafana:$version" "$tag"; then made "$tag" "pulled"
  else missing=4; made "$tag" "NOT AVAILABLE: $(tail -n 1 "$ground/why.log" | cut -c1-120); scenarios use a stand-in"
  fi
done
exit $missing
