/**
 * The text of an Ansible inventory in YAML → plain data, with the place of every variable. YAML 1.1, as Ansible reads it (`yes` is true,
 * `<<` merges). `!unsafe` texts are ordinary ones here; `!vault` texts become {@link VaultSecret}, which no parameter accepts.
 */
import { isMap, isNode, LineCounter, parseDocument, type ScalarTag } from 'yaml';
import { AppError } from '../../base/errors.ts';

/** Longest text; Pigsty's largest sample has 40 kB. */
const MAX_CHARACTERS = 4_000_000;
const MAX_ALIASES = 1000;

/** A value encrypted with ansible-vault: we hold no vault password. */
export class VaultSecret {
  /** What messages show instead of the cipher text. */
  toJSON(): string {
    return 'an ansible-vault secret';
  }
}

const TAGS: ScalarTag[] = [
  { tag: '!unsafe', resolve: (text) => text },
  { tag: '!vault', resolve: () => new VaultSecret() },
];

/** A parsed inventory file. */
export interface InventoryText {
  readonly root: unknown;
  /** `pigsty.yml:12` of the value at `path`, or the file alone when the place is unknown (inside an alias). */
  place(path: readonly string[]): string;
}

/** @throws {AppError} `CONFIG_INVALID` for text that is no YAML, with every syntax fault. */
export function readInventoryText(text: string, file: string): InventoryText {
  if (text.length > MAX_CHARACTERS) throw new AppError('CONFIG_INVALID', `${file}: longer than ${MAX_CHARACTERS} characters`);
  const lines = new LineCounter();
  const document = parseDocument(text, {
    version: '1.1',
    merge: true,
    customTags: (tags) => [...tags, ...TAGS],
    lineCounter: lines,
    logLevel: 'error',
  });
  if (document.errors.length > 0) {
    const faults = document.errors
      .slice(0, 20)
      .map((error) => `${file}:${lines.linePos(error.pos[0]).line}: ${error.message.split('\n')[0]}`);
    throw new AppError('CONFIG_INVALID', `the configuration is not valid YAML:\n${faults.join('\n')}`, { details: { faults } });
  }
  const place = (path: readonly string[]): string => {
    const start = startOf(document.contents, path);
    return start === null ? file : `${file}:${lines.linePos(start).line}`;
  };
  try {
    return { root: document.toJS({ maxAliasCount: MAX_ALIASES }), place };
  } catch (error) {
    throw new AppError('CONFIG_INVALID', `${file}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
}

/** Offset of the key at the end of `path`. */
function startOf(root: unknown, path: readonly string[]): number | null {
  let node = root;
  let start: number | null = null;
  for (const step of path) {
    if (!isMap(node)) return null;
    const pair = node.items.find((item) => isNode(item.key) && String(item.key) === step);
    if (pair === undefined) return null;
    start = (isNode(pair.key) ? pair.key.range?.[0] : null) ?? null;
    node = pair.value;
  }
  return start;
}
