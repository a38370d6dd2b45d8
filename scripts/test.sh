#!/usr/bin/env bash
# The whole test suite on any machine with Node 20 and npm: installs what it needs, checks types and style, runs every tier, and closes with
# one line of true counts. Tiers can be named: `npm test -- unit e2e`. Where CI=true, a skipped test counts as failed.
set -u
cd "$(dirname "${BASH_SOURCE[0]}")/.."

# shellcheck source=scripts/test-environment.sh
. scripts/test-environment.sh || {
  printf 'The npm packages could not be installed.\n0 passed, 1 failed, 0 skipped\n'
  exit 1
}

reports=$(mktemp -d)
finish() {
  rm -rf "$reports"
  # What a tier that was killed may have left: hosts, mounts, networks of dead processes.
  [ "$(id -u)" != 0 ] || node scripts/clean-lab.ts
}
trap finish EXIT

broken=()
check() {
  local name=$1
  shift
  printf '\n== %s\n' "$name"
  "$@" </dev/null || broken+=("$name")
}

# run_tier NAME LIMIT_SECONDS: the report of a tier that did not finish is missing, which the sum counts as a failure.
run_tier() {
  printf '\n== %s tests\n' "$1"
  timeout -k 20 "$2" vitest run --config test/vitest.config.ts --project "$1*" --passWithNoTests \
    --reporter=default --reporter=json --outputFile.json="$reports/$1.json" </dev/null
  printf '%s' $? >"$reports/$1.status"
}

tiers=("$@")
[ ${#tiers[@]} -gt 0 ] || tiers=(unit laws conformance e2e)
declare -A limits=([unit]=600 [laws]=600 [conformance]=1800 [e2e]=2700)

check types tsc --noEmit
check style biome check --error-on-warnings .
for tier in "${tiers[@]}"; do
  run_tier "$tier" "${limits[$tier]:-1800}"
done

printf '\n'
node scripts/sum-test-reports.ts "$reports" "${tiers[*]}" "${broken[*]:-}"
