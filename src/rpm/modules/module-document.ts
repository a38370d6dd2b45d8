/**
 * What one document of modules.yaml says, from its YAML tree (documents `modulemd` v1 and v2, `modulemd-defaults` v1). A value of the wrong
 * shape makes the document unusable as a whole, as it does for libmodulemd: half a stream would show packages that dnf hides.
 */

/** One build of a module stream. The same stream stands in a document once for each version, context and architecture. */
export interface ModuleStream {
  readonly name: string;
  readonly stream: string;
  /** Decimal digits; newer is larger. */
  readonly version: string;
  readonly context: string;
  readonly arch: string;
  /** Alternatives: one of them must hold, each naming modules and the streams allowed (empty: any; `-x`: not x). */
  readonly requires: readonly ReadonlyMap<string, readonly string[]>[];
  /** NEVRAs with epoch, as written: `nginx-1:1.22.1-3.module+el9.x86_64`. */
  readonly artifacts: readonly string[];
}

/** The default stream of a module; null when the distribution says there is none. */
export interface ModuleDefault {
  readonly module: string;
  readonly stream: string | null;
  /** When it was decided, as digits that grow; 0 when that is not said. Of several repositories the latest counts. */
  readonly modified: number;
}

/** What a document adds; `other` for the kinds that do not decide which packages are visible; `fault` is a sentence without its subject. */
export type ModuleDocument =
  | { readonly kind: 'fault'; readonly fault: string }
  | { readonly kind: 'stream'; readonly stream: ModuleStream }
  | { readonly kind: 'default'; readonly moduleDefault: ModuleDefault }
  | { readonly kind: 'other' };

/** A tree as YAML's failsafe schema makes it: texts, lists and maps; null where nothing is written. */
export type YamlNode = string | readonly YamlNode[] | YamlMap | null | undefined;
export interface YamlMap {
  readonly [key: string]: YamlNode;
}

type Report = (fault: string) => void;

const OTHER_KINDS: ReadonlySet<string> = new Set(['modulemd-obsoletes', 'modulemd-translations', 'modulemd-packager']);

/** Reads a document; `artifacts` when they were read from its text already. */
export function readModuleDocument(tree: YamlNode, artifacts: readonly string[] | null): ModuleDocument {
  const faults: string[] = [];
  const document = readDocument(tree, artifacts, (fault) => faults.push(fault));
  return faults.length === 0 ? document : { kind: 'fault', fault: faults.slice(0, 3).join(', and ') };
}

function readDocument(tree: YamlNode, artifacts: readonly string[] | null, report: Report): ModuleDocument {
  if (!isMap(tree)) {
    report('is no map of keys and values');
    return { kind: 'other' };
  }
  const kind = textAt(tree, 'document', report);
  if (OTHER_KINDS.has(kind)) return { kind: 'other' };
  const data = mapAt(tree, 'data', report);
  if (kind === 'modulemd-defaults') {
    expectVersion(tree, ['1'], report);
    return { kind: 'default', moduleDefault: readDefault(data, report) };
  }
  if (kind === 'modulemd') {
    expectVersion(tree, ['1', '2'], report);
    return { kind: 'stream', stream: readStream(data, artifacts, report) };
  }
  report(kind === '' ? 'does not say what kind of document it is' : `is a ${kind}, which is no known kind of document`);
  return { kind: 'other' };
}

function readDefault(data: YamlMap, report: Report): ModuleDefault {
  const module = textAt(data, 'module', report);
  const modified = textAt(data, 'modified', report) || '0';
  if (module === '') report('names no module');
  if (!/^\d{1,15}$/.test(modified)) report(`(${module}) has the date "${modified}", which is no number`);
  return { module, stream: textAt(data, 'stream', report) || null, modified: Number(modified) };
}

function readStream(data: YamlMap, artifacts: readonly string[] | null, report: Report): ModuleStream {
  const text = (key: string) => textAt(data, key, report);
  const [name, stream, version] = [text('name'), text('stream'), text('version') || '0'];
  if (name === '' || stream === '') report(`(${name}:${stream}) has no name or no stream`);
  if (!/^\d+$/.test(version)) report(`(${name}:${stream}) has the version "${version}", which is no number`);
  return {
    ...{ name, stream, version, context: text('context'), arch: text('arch') },
    requires: requiresOf(data.dependencies, report),
    artifacts: artifacts ?? artifactsOf(data, report),
  };
}

/** Version 1 has one map of module to stream, version 2 a list of maps of module to streams. */
function requiresOf(node: YamlNode, report: Report): ReadonlyMap<string, readonly string[]>[] {
  if (isNothing(node)) return [];
  const alternatives = isList(node) ? node : [node];
  return alternatives.map((alternative) => {
    if (!isMap(alternative)) report('has dependencies that are no map');
    const requires = isMap(alternative) ? mapAt(alternative, 'requires', report) : {};
    return new Map(Object.entries(requires).map(([module, streams]) => [module, textsOf(streams, `requires ${module}`, report)]));
  });
}

function artifactsOf(data: YamlMap, report: Report): readonly string[] {
  return textsOf(mapAt(data, 'artifacts', report).rpms, 'artifacts', report);
}

function expectVersion(tree: YamlMap, known: readonly string[], report: Report): void {
  const version = textAt(tree, 'version', report);
  if (!known.includes(version)) report(`has format version "${version}"; known: ${known.join(', ')}`);
}

function isNothing(node: YamlNode): node is null | undefined | '' {
  return node === null || node === undefined || node === '';
}

function isList(node: YamlNode): node is readonly YamlNode[] {
  return Array.isArray(node);
}

function isMap(node: YamlNode): node is YamlMap {
  return typeof node === 'object' && node !== null && !Array.isArray(node);
}

function textAt(map: YamlMap, key: string, report: Report): string {
  const node = map[key];
  if (typeof node === 'string') return node;
  if (!isNothing(node)) report(`has a ${key} that is no text`);
  return '';
}

function mapAt(map: YamlMap, key: string, report: Report): YamlMap {
  const node = map[key];
  if (isMap(node)) return node;
  if (!isNothing(node)) report(`has ${key} that is no map`);
  return {};
}

function textsOf(node: YamlNode, what: string, report: Report): string[] {
  if (isNothing(node)) return [];
  const items = isList(node) ? node : [node];
  return items.map((item) => {
    if (typeof item !== 'string' || item === '') report(`has ${what} that is no list of texts`);
    return typeof item === 'string' ? item : '';
  });
}
