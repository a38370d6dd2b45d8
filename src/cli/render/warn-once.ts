/** Several steps of one command may notice the same thing: the same warning or note is passed on once, for each target once. */
import type { Report } from '../../base/events.ts';

/** Passes every event on to `report`, but no warning or note with the words of an earlier one. */
export function warnOnce(report: Report): Report {
  const told = new Set<string>();
  return (event) => {
    if (event.type === 'warning' || event.type === 'note') {
      const key = `${event.target ?? ''} ${event.type === 'warning' ? event.code : 'note'} ${event.message}`;
      if (told.has(key)) return;
      told.add(key);
    }
    report(event);
  };
}
