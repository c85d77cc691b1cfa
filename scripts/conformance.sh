#!/usr/bin/env bash
# Runs MCP's conformance suite against our client and our gateway, in both revisions, and against our tests' identity provider.
# The suite is installed below node_modules/.cache, because nothing else needs it. Exit 0: every required scenario passes that
# is not in test/conformance/expected-failures.yml, which is for the client alone.
set -euo pipefail
cd "$(dirname "$0")/.."
export PATH="$PWD/node_modules/.bin:$PATH"
version=0.2.0-alpha.12
place=$(node scripts/npm-cache.ts "conformance-$version" "@modelcontextprotocol/conformance@$version")
program="$place/node_modules/@modelcontextprotocol/conformance/dist/index.js"

results=$(mktemp -d)
trap 'rm -rf "$results"' EXIT
failed=0
# It starts all clients at once, dozens of them: on a small machine, each takes long.
for revision in 2025-11-25 2026-07-28; do
  echo "== required of clients by $revision"
  node "$program" client --command "node $PWD/test/conformance/client.ts" --requirements "$revision" \
    --expected-failures test/conformance/expected-failures.yml --output-dir "$results" --timeout 180000 \
    >"$results/$revision.log" 2>&1 || failed=1
  sed -n '/=== SUITE SUMMARY ===/,$p' "$results/$revision.log"
  node test/conformance/unscored.ts "$program" "$revision" "$results/$revision.log" \
    --command "node $PWD/test/conformance/client.ts" --timeout 180000 || failed=1
done
node test/conformance/authorization.ts "$program" || failed=1
node test/conformance/servers.ts "$program" 2025-11-25 2026-07-28 || failed=1
exit $failed
