#!/usr/bin/env bash
# From a clone to a bundle in one command, on a machine with only Node and npm: builds a bundle from the distribution's archive (or, where
# that cannot be reached, from a small embedded upstream of placeholders), verifies it and shows what is in it. With --boot, as root, it
# also boots a host without network, runs pigsty-install there, and shows the portal.
#
# Each distribution (and CPU, with --arch) has a directory of its own below dist/quickstart.
#
#   npm run quickstart [-- [--distro d12] [--boot] [--keep] [--embedded] [more options of "pigsty-bundle build"]]
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

distro=d12 arch='' boot=no embedded=no more=() keep=()
while [ $# -gt 0 ]; do
  case $1 in
    --distro) distro=${2:?--distro needs a name}; shift ;;
    --arch) arch=${2:?--arch needs a name}; more+=(--arch "$arch"); shift ;;
    --boot) boot=yes ;;
    --keep) boot=yes keep=(--keep) ;;
    --embedded) embedded=yes ;;
    -h | --help) sed -n '2,8s/^# \{0,1\}//p' "$0"; exit 0 ;;
    *) more+=("$1") ;;
  esac
  shift
done

say() { printf '\n\033[1m== %s\033[0m\n' "$*"; }

bash scripts/install-npm-packages.sh
export PATH="$PWD/node_modules/.bin:$PATH:/usr/sbin:/sbin"

# What was built for another target before stays where it is.
target=$distro${arch:+.$arch}
case $target in *[!A-Za-z0-9._-]* | .*) printf 'no distro is called %s\n' "$target" >&2; exit 64 ;; esac
output=dist/quickstart/$target
cli=(node src/cli/bin/pigsty-bundle.js)
case $distro in
  el*) flavor=pigsty archive='the Enterprise Linux repositories' ;;
  *) flavor=debian archive="Debian's archive" ;;
esac
request=(--distro "$distro" --flavor $flavor --profile 'infra,node,pgsql' --output "$output")
mkdir -p "$output"

build() { "${cli[@]}" build "${request[@]}" "${more[@]}" "$@"; }

build_embedded() {
  local overlay
  overlay=$(node scripts/embedded-upstream.ts "$output/embedded" "$distro")
  say 'This bundle is a demonstration: its packages are placeholders from the embedded upstream, not real ones'
  build --manifest "$overlay"
}

# The installer in the bundle is that of these sources.
if [ ! -x dist/pigsty-install-x86_64 ] || [ -n "$(find src package-lock.json -newer dist/pigsty-install-x86_64 -print -quit)" ]; then
  say 'Building pigsty-install, the executable for hosts that have nothing'
  node scripts/build.ts
  mkdir -p "$output"
fi

rm -f "$output"/pigsty-pkg-*
if [ $embedded = yes ]; then
  build_embedded
else
  say "Building a $distro bundle from $archive"
  status=0
  build || status=$?
  if [ $status = 69 ]; then
    say "$archive cannot be reached from here"
    embedded=yes
    build_embedded
  elif [ $status != 0 ]; then
    exit $status
  fi
fi

bundle=$(ls "$output"/pigsty-pkg-*.tgz)
say 'Verifying it, in one pass'
"${cli[@]}" verify "$bundle"
say 'What is in it'
"${cli[@]}" inspect "$bundle"

say 'What it would do to a fresh host, in short (pigsty-install plan says all of it, with --diff every file)'
node src/cli/bin/pigsty-install.js plan --offline "$bundle" | grep -E '^unpack: |: (install|run) '

if [ $boot = yes ]; then
  bash scripts/setup-test-machine.sh
  say "Installing it on a $distro host without any network"
  node scripts/boot-and-install.ts "$bundle" "${keep[@]}"
fi

say 'Done'
printf 'The bundle: %s\nOn the host, with the installer beside it: ./pigsty-install-x86_64 --offline %s\n' "$bundle" "$(basename "$bundle")"
[ $embedded = no ] || printf 'It was built from the embedded upstream: run this again with internet access for a real one.\n'
