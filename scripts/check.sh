#!/usr/bin/env bash
# `npm run check`: types, style and unit tests, side by side. Exit code 1 when one of them fails; what types and style say comes last.
set -u
cd "$(dirname "${BASH_SOURCE[0]}")/.."

said=$(mktemp -d)
trap 'rm -rf "$said"' EXIT
tsc --noEmit >"$said/types" 2>&1 &
types=$!
biome check --error-on-warnings . >"$said/style" 2>&1 &
style=$!
failed=0
vitest run --config test/vitest.config.ts --project 'unit*' </dev/null || failed=1
wait "$types" || failed=1
wait "$style" || failed=1
cat "$said/types" "$said/style"
exit "$failed"
