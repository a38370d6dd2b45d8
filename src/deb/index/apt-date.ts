/**
 * Dates as apt reads them in Release files (`RFC1123StrToTime` in apt-pkg/contrib/strutl.cc): RFC 1123, RFC 850 and C's asctime, always in
 * UTC. Anything else has no agreed meaning.
 */

const DAYS = '[Ss]un|[Mm]on|[Tt]ue|[Ww]ed|[Tt]hu|[Ff]ri|[Ss]at';
const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const TIME = String.raw`(\d{1,2}):(\d{1,2}):(\d{1,2})`;
const ZONE = '(?:UTC|GMT|Z|[+-]0+)';

const RFC1123 = new RegExp(String.raw`^(?:${DAYS}),\s+(\d{1,2})\s+([A-Za-z]{3,9})\s+(\d{4})\s+${TIME}\s+${ZONE}$`);
const ASCTIME = new RegExp(String.raw`^(?:${DAYS})\s+([A-Za-z]{3,9})\s+(\d{1,2})\s+${TIME}\s+(\d{4})$`);
const RFC850 = new RegExp(String.raw`^(?:${DAYS})[a-z]+,\s+(\d{1,2})-([A-Za-z]{3})-(\d{2})\s+${TIME}\s+${ZONE}$`);

/**
 * Seconds since 1970, or null when apt would not take it for a date. The two digits of RFC 850's year are of the 20th century, as for apt.
 *
 * @example parseAptDate('Sat, 11 Jul 2026 10:16:37 UTC') // 1783764997
 */
export function parseAptDate(text: string): number | null {
  const rfc1123 = RFC1123.exec(text);
  if (rfc1123 !== null) return secondsOf(rfc1123[3], rfc1123[2], rfc1123[1], rfc1123.slice(4, 7));
  const asctime = ASCTIME.exec(text);
  if (asctime !== null) return secondsOf(asctime[6], asctime[1], asctime[2], asctime.slice(3, 6));
  const rfc850 = RFC850.exec(text);
  return rfc850 === null ? null : secondsOf(`19${rfc850[3]}`, rfc850[2], rfc850[1], rfc850.slice(4, 7));
}

function secondsOf(year = '', month = '', day = '', [hour = '', minute = '', second = '']: readonly string[]): number | null {
  const at = MONTHS.indexOf(month.slice(0, 3).toLowerCase());
  const parts = [Number(year), at, Number(day), Number(hour), Number(minute), Number(second)] as const;
  const isInRange = at >= 0 && parts[2] >= 1 && parts[2] <= 31 && parts[3] < 24 && parts[4] < 60 && parts[5] <= 61;
  return isInRange ? Date.UTC(...parts) / 1000 : null;
}
