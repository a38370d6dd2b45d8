/** Several steps of one command may notice the same thing: the same warning is passed on once. */
import type { Report } from '../../base/events.ts';

/** Passes every event on to `report`, but no warning with the code and the words of an earlier one. */
export function warnOnce(report: Report): Report {
  const told = new Set<string>();
  return (event) => {
    if (event.type === 'warning') {
      const key = `${event.code} ${event.message}`;
      if (told.has(key)) return;
      told.add(key);
    }
    report(event);
  };
}
