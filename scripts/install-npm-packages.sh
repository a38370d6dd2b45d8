#!/usr/bin/env bash
# Installs the npm packages of package-lock.json into node_modules when they are missing or not those. Needs Node and npm, any Node from 20
# up.
set -eu
cd "$(dirname "${BASH_SOURCE[0]}")/.."

if node scripts/node-modules-current.js; then exit 0; fi
printf 'setup: installing the npm packages\n' >&2
# Not `npm ci`: it refuses the lock where a registry lacks an optional package of some other machine's kind. The check behind it is as
# strict.
for attempt in 1 2 3; do
  if npm install --no-save --no-audit --no-fund --loglevel=error >&2 </dev/null && node scripts/node-modules-current.js; then exit 0; fi
  printf 'setup: the npm packages could not be installed, attempt %s\n' "$attempt" >&2
  sleep 5
done
exit 1
