/**
 * Whether raw nginx text stays inside the block it is put into. Follows the tokenizer of nginx (src/core/ngx_conf_file.c): quotes and
 * comments count only at the start of a word, `${name}` is part of a word, a backslash takes the next character along.
 */

interface Scan {
  depth: number;
  at: number;
  /** A directive was begun and not ended by `;` or a block. */
  isOpen: boolean;
}

/** What would break out of or not end inside the surrounding block, or null when nothing does. */
export function findSnippetFault(text: string): string | null {
  const scan: Scan = { depth: 0, at: 0, isOpen: false };
  while (scan.at < text.length) {
    const char = text[scan.at] as string;
    if (/\s/.test(char)) scan.at++;
    else if (char === '#') scan.at = endOfLine(text, scan.at);
    else if (char === '"' || char === "'") {
      const end = endOfQuote(text, scan.at);
      if (end === null) return 'a quote is not closed';
      scan.at = end;
      scan.isOpen = true;
    } else {
      const fault = ';{}'.includes(char) ? applyPunctuation(scan, char) : skipWord(text, scan);
      if (fault !== null) return fault;
    }
  }
  if (scan.depth > 0) return 'a "{" is not closed';
  return scan.isOpen ? 'the last directive does not end with ";"' : null;
}

function applyPunctuation(scan: Scan, char: string): string | null {
  scan.at++;
  if (char === '}') {
    if (scan.isOpen) return 'a directive does not end with ";"';
    scan.depth--;
    return scan.depth < 0 ? 'a "}" has no "{"' : null;
  }
  if (!scan.isOpen) return `a "${char}" has nothing before it`;
  scan.isOpen = false;
  if (char === '{') scan.depth++;
  return null;
}

function skipWord(text: string, scan: Scan): null {
  scan.isOpen = true;
  while (scan.at < text.length) {
    const char = text[scan.at] as string;
    if (/[\s;]/.test(char) || (char === '{' && text[scan.at - 1] !== '$')) return null;
    scan.at += char === '\\' ? 2 : 1;
  }
  return null;
}

function endOfLine(text: string, from: number): number {
  const end = text.indexOf('\n', from);
  return end === -1 ? text.length : end + 1;
}

/** After the closing quote, which needs white space, `;`, `{` or `)` behind it; null when there is none. */
function endOfQuote(text: string, from: number): number | null {
  const quote = text[from] as string;
  for (let at = from + 1; at < text.length; at++) {
    if (text[at] === '\\') at++;
    else if (text[at] === quote) return at + 1;
  }
  return null;
}
