/**
 * What dnf is configured to use: `.repo` files (dnf.conf(5), "Repo Options"). Only `baseurl` is read: a mirrorlist has to be asked first.
 * Pure.
 */

/** One repository as dnf reads it. */
export interface DnfRepo {
  readonly id: string;
  /** Without a trailing slash, variables such as `$basearch` still in them. */
  readonly baseurls: readonly string[];
}

/** The enabled repositories of a `.repo` file that have a `baseurl`, in order. */
export function parseDnfRepos(text: string): DnfRepo[] {
  const repos: DnfRepo[] = [];
  for (const section of text.split(/^(?=\s*\[)/m)) {
    const id = /^\s*\[([^\]]+)\]/.exec(section)?.[1]?.trim();
    if (id === undefined || id === 'main' || /^enabled\s*=\s*(?:0|no|false|off)\s*$/im.test(section)) continue;
    const value = /^baseurl\s*=\s*(.*(?:\n[ \t]+\S.*)*)/im.exec(section)?.[1] ?? '';
    const baseurls = value.split(/[\s,]+/).filter((url) => /^(?:https?|file):\//.test(url));
    if (baseurls.length > 0) repos.push({ id, baseurls: baseurls.map((url) => url.replace(/\/+$/, '')) });
  }
  return repos;
}

/** `url` with `$name` and `${name}` replaced; undefined when a variable has no value. */
export function substituteDnfVars(url: string, vars: Readonly<Record<string, string>>): string | undefined {
  let known = true;
  const result = url.replace(/\$(?:\{(\w+)\}|(\w+))/g, (_, braced?: string, bare?: string) => {
    const value = vars[braced ?? bare ?? ''];
    if (value === undefined) known = false;
    return value ?? '';
  });
  return known ? result : undefined;
}
