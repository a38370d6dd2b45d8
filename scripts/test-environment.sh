# Sourced by the scripts that run tests, in the root of the repository: packages, tools, and where real metadata is. Returns 1 when the npm
# packages are missing.
bash scripts/install-npm-packages.sh || return 1
export PATH="$PWD/node_modules/.bin:$PATH:/usr/sbin:/sbin"
bash scripts/setup-test-machine.sh

# Real metadata beside the checkout makes some conformance tests thorough; they say so when it is absent.
real_metadata=../shared/data/cs9-baseos/repodata
[ -n "${PIGSTY_BUNDLE_REPODATA:-}" ] || [ ! -d "$real_metadata" ] || PIGSTY_BUNDLE_REPODATA=$(cd "$real_metadata" && pwd)
export PIGSTY_BUNDLE_REPODATA=${PIGSTY_BUNDLE_REPODATA:-}
