/**
 * The program that runs on the far side: POSIX sh (IEEE 1003.1) with GNU coreutils, findutils and util-linux, which every supported
 * distribution has. It is constant; everything variable comes through stdin as data, so nothing can be injected. It reads operations one
 * after the other, stops at the first that fails, and brackets each one's output with lines that start with a nonce.
 *
 * Where a file cannot be written (a full or read-only disk) its data is left unread, so that operation ends the batch even if it is
 * tolerant.
 *
 * Arguments: nonce, lock file or ''. Fields are one line each, data is preceded by its length. Exit: 0 all done · 1 an operation failed ·
 * 74 input ended early · 75 the lock was not to be had.
 */
export const BATCH_SCRIPT = `
nonce=$1 lock=$2
umask 077
if [ -n "$lock" ]; then
  mkdir -p "\${lock%/*}" && exec 9>>"$lock" || exit 74
  flock -w 900 9 || exit 75
fi

next() { IFS= read -r "$1" || exit 74; }
take() {
  head -c "$1" >"$2" || { stop=1; return 73; }
  [ "$(wc -c <"$2")" -eq "$1" ] || { rm -f -- "$2"; exit 74; }
}
args() {
  next count
  set --
  while [ "$count" -gt 0 ]; do next word; set -- "$@" "$word"; count=$((count - 1)); done
  "$then" "$@"
}
relabel() { if command -v restorecon >/dev/null 2>&1; then restorecon -F "$1" 2>/dev/null || :; fi; }
parent() { d=\${1%/*}; [ -d "\${d:-/}" ] || (umask 022; mkdir -p "$d"); }

op_exec() { next errors; next length; then=run_exec; args; }
run_exec() {
  if [ "$errors" = drop ]; then exec 3>/dev/null; else exec 3>&1; fi
  if [ "$length" = - ]; then "$@" </dev/null 2>&3; return; fi
  head -c "$length" | { "$@" 2>&3; code=$?; cat >/dev/null; exit $code; }
}
op_append() {
  next path; next length
  parent "$path"
  take "$length" "$path.new" || { code=$?; rm -f -- "$path.new"; return $code; }
  size=0
  if [ -s "$path" ]; then
    [ "$(tail -c 1 "$path" | tr -d '\\n' | wc -c)" -eq 0 ] || truncate -s "-$(tail -n 1 "$path" | wc -c)" "$path" || return
    size=$(wc -c <"$path")
  fi
  cat "$path.new" >>"$path" && sync "$path" && rm -f -- "$path.new" && return
  code=$?; truncate -s "$size" "$path"; rm -f -- "$path.new"; return $code
}
op_guard() {
  next path; next expected
  if [ "$expected" = - ]; then [ ! -e "$path" ] && [ ! -L "$path" ] && return; echo "$path appeared meanwhile"; return 1; fi
  [ "$(sha256sum <"$path")" = "$expected  -" ] && return
  echo "$path was changed by somebody else meanwhile"; return 1
}
op_backup() {
  next path; next blob
  parent "$blob"
  [ -e "$blob" ] || [ -L "$blob" ] || { cp -a --no-dereference -- "$path" "$blob.new" && sync -f "$blob.new" && mv -fT -- "$blob.new" "$blob"; }
}
op_restore() {
  next path; next blob
  temp="\${path%/*}/.\${path##*/}.pigsty-new"
  parent "$path"
  rm -f -- "$temp"
  cp -a --no-dereference -- "$blob" "$temp" && mv -fT -- "$temp" "$path"
}
op_directory() {
  next path; next mode; next owner; next group
  [ -d "$path" ] || { parent "$path"; mkdir -- "$path" || return; relabel "$path"; }
  chown "$owner:$group" "$path" && chmod "$mode" "$path"
}
op_metadata() {
  next path; next mode; next owner; next group
  chown -h "$owner:$group" "$path" && chmod "$mode" "$path"
}
op_write() {
  next path; next mode; next owner; next group; next length
  parent "$path"
  temp="\${path%/*}/.\${path##*/}.pigsty-new"
  rm -f -- "$temp"
  take "$length" "$temp" || { code=$?; rm -f -- "$temp"; return $code; }
  then=check_written; args || { code=$?; rm -f -- "$temp"; return $code; }
  { chown "$owner:$group" "$temp" && chmod "$mode" "$temp" && sync "$temp" && mv -fT -- "$temp" "$path"; } || { code=$?; rm -f -- "$temp"; return $code; }
  relabel "$path"
}
check_written() {
  [ $# -eq 0 ] && return
  program=$1; shift; rest=$#
  while [ "$rest" -gt 0 ]; do
    word=$1; shift; rest=$((rest - 1))
    [ "$word" = '{file}' ] && word=$temp
    set -- "$@" "$word"
  done
  "$program" "$@" </dev/null
}
op_symlink() {
  next path; next target
  parent "$path"
  temp="\${path%/*}/.\${path##*/}.pigsty-new"
  rm -f -- "$temp"
  ln -s -- "$target" "$temp" && mv -fT -- "$temp" "$path"
}
op_remove() { next path; rm -f -- "$path"; }
op_rmdir() { next path; [ ! -d "$path" ] || rmdir -- "$path" 2>/dev/null || :; }
op_move() { next path; next target; parent "$target"; mv -fT -- "$path" "$target"; }

index=0 stop=
while next op; do
  [ "$op" = end ] && { printf '\\n%s done\\n' "$nonce"; exit 0; }
  next tolerant
  printf '\\n%s begin %s\\n' "$nonce" "$index"
  "op_$op" 2>&1
  code=$?
  printf '\\n%s end %s %s\\n' "$nonce" "$index" "$code"
  [ "$code" -eq 0 ] || { [ "$tolerant" = 1 ] && [ -z "$stop" ]; } || exit 1
  index=$((index + 1))
done
`;
