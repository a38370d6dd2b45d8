/** One line of a running phase, made to fit a terminal: what matters most (percent, bytes, rate, time left) is given up last. */

const BAR_WIDTHS = [24, 12] as const;
const SHORTEST_TITLE = 8;

/** What the line tells. */
export interface BarLine {
  readonly title: string;
  /** Between 0 and 1; null when nobody knows how much there is to do. */
  readonly fraction: number | null;
  readonly text: string;
}

/**
 * The line, at most `columns - 1` long.
 *
 * @example barLine({ title: 'Fetching', fraction: 0.5, text: '1 of 2' }, 80) // 'Fetching [============------------] 50% 1 of 2'
 */
export function barLine({ title, fraction, text }: BarLine, columns: number): string {
  const room = Math.max(1, columns - 1);
  const percent = fraction === null ? '' : `${Math.floor(fraction * 100)}%`;
  const bars = fraction === null ? [''] : [...BAR_WIDTHS.map((width) => bar(fraction, width)), ''];
  const lines = bars.map((drawn) => [title, drawn, percent, text].filter((part) => part !== '').join(' '));
  const fitting = lines.find((line) => line.length <= room);
  if (fitting !== undefined) return fitting;
  const rest = [percent, text].filter((part) => part !== '').join(' ');
  const left = room - rest.length - 1;
  return left < SHORTEST_TITLE ? rest.slice(0, room) : `${shortened(title, left)} ${rest}`;
}

function bar(fraction: number, width: number): string {
  const done = Math.floor(fraction * width);
  return `[${'='.repeat(done)}${'-'.repeat(width - done)}]`;
}

/** The beginning and the end, which for a path are what tells it from others. */
function shortened(text: string, room: number): string {
  if (text.length <= room) return text;
  const head = Math.floor((room - 1) / 2);
  return `${text.slice(0, head)}…${text.slice(text.length - (room - 1 - head))}`;
}
