#!/usr/bin/env bash
# The tests that take long, as a whole: all of them, or those named. Date, commit and counts of each run go to docs/evidence/NAME.md.
#
#   npm run test:long [-- [--list] [--seed NUMBER] [NAME...]]
set -u
cd "$(dirname "${BASH_SOURCE[0]}")/.."

# shellcheck source=scripts/test-environment.sh
. scripts/test-environment.sh || exit 1
node scripts/test-long.ts "$@"
status=$?
# What a run that was killed may have left: hosts, mounts, networks of dead processes.
[ "$(id -u)" != 0 ] || node scripts/clean-lab.ts
exit $status
