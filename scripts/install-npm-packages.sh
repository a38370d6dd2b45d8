#!/usr/bin/env bash
# Installs the npm packages of package-lock.json into node_modules when they are missing or not those. Needs Node and npm, any Node from 20 up.
set -eu
cd "$(dirname "${BASH_SOURCE[0]}")/.."

if node scripts/node-modules-current.js; then exit 0; fi
printf 'setup: installing the npm packages\n' >&2
for attempt in 1 2 3; do
  if npm ci --no-audit --no-fund >&2 </dev/null; then exit 0; fi
  printf 'setup: npm ci failed, attempt %s\n' "$attempt" >&2
  sleep 5
done
exit 1
