/**
 * Holds a host for as long as bytes come: POSIX sh with GNU coreutils and util-linux. Constant; what varies are its arguments.
 *
 * Arguments: lock file, owner (one line), seconds without a byte after which it lets go. Prints `busy SECONDS OWNER` and exits with 75
 * when somebody else holds it (seconds since their last byte), `abandoned OWNER` when the last one ended without a word, then `mine`.
 * Reads `b` (still there) and `e` (the end). Exit: 0 let go · 74 the lock cannot be written · 75 busy.
 */
export const LEASE_SCRIPT = `
lock=$1 owner=$2 patience=$3
umask 022
exec 9>>"$lock" || exit 74
if ! flock -w 1 9; then
  now=$(date +%s); seen=$(stat -c %Y -- "$lock.owner" 2>/dev/null) || seen=$now
  printf 'busy %s %s\\n' "$((now - seen))" "$(head -n 1 -- "$lock.owner" 2>/dev/null)"
  exit 75
fi
[ ! -s "$lock.owner" ] || printf 'abandoned %s\\n' "$(head -n 1 -- "$lock.owner")"
printf '%s\\n' "$owner" >"$lock.owner" || exit 74
printf 'mine\\n'
while word=$(exec 9>&-; exec timeout "$patience" head -c 1) && [ -n "$word" ]; do
  [ "$word" = b ] || { rm -f -- "$lock.owner"; exit 0; }
  touch -- "$lock.owner"
done
`;
