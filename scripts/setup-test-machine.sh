#!/usr/bin/env bash
# Installs the Debian packages of debian-packages.txt that are missing. Only as root on Debian; elsewhere it says what it does not do.
# Nothing that is installed here starts a service. Exit code 0 also when it could not do it all: the tests then skip and say why.
set -u
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)

say() { printf 'setup: %s\n' "$*" >&2; }

if ! command -v apt-get >/dev/null || ! command -v dpkg-query >/dev/null; then
  say 'this is not Debian: tests that need its tools will be skipped'
  exit 0
fi

missing=()
while read -r package; do
  case $package in '' | '#'*) continue ;; esac
  status=$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null)
  [ "$status" = installed ] || missing+=("$package")
done <"$here/debian-packages.txt"
[ ${#missing[@]} -gt 0 ] || exit 0

if [ "$(id -u)" != 0 ]; then
  say "not root: tests that need these packages will be skipped: ${missing[*]}"
  exit 0
fi

# invoke-rc.d asks this program before it starts a service; 101 means no.
policy=/usr/sbin/policy-rc.d
if [ ! -e $policy ]; then
  trap 'rm -f "$policy"' EXIT
  printf '#!/bin/sh\nexit 101\n' >$policy
  chmod 755 $policy
fi

export DEBIAN_FRONTEND=noninteractive
say "installing ${missing[*]}"
for attempt in 1 2 3; do
  apt-get -qq -o DPkg::Lock::Timeout=300 update >&2 </dev/null
  if apt-get -qq -y -o DPkg::Lock::Timeout=300 -o Dpkg::Use-Pty=0 --no-install-recommends install "${missing[@]}" >/dev/null </dev/null; then
    exit 0
  fi
  say "attempt $attempt failed"
  sleep 5
done
say "could not be installed: ${missing[*]}"
