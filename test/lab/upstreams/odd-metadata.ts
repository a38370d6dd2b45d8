/** A small RPM repository as text, to be mutated: packages with every kind of dependency, modules with and without a default stream. */
import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** The documents of a repository. `repomd` is made to fit where it is null. */
export interface OddRepository {
  readonly repomd: Buffer | null;
  readonly primary: Buffer;
  readonly modules: Buffer;
}

const sha256 = (bytes: Uint8Array | string): string => createHash('sha256').update(bytes).digest('hex');

function packageXml(name: string, lists: string, arch = 'noarch', evr = '<version epoch="0" ver="1.0" rel="1.el9"/>'): string {
  return `<package type="rpm">
  <name>${name}</name>
  <arch>${arch}</arch>
  ${evr}
  <checksum type="sha256" pkgid="YES">${sha256(name + evr + arch)}</checksum>
  <summary>A package</summary>
  <description>Long &amp; wide</description>
  <packager/>
  <url>https://example.test/</url>
  <time file="1700000001" build="1700000000"/>
  <size package="10" installed="20" archive="30"/>
  <location href="Packages/${name}-1.0-1.el9.${arch}.rpm"/>
  <format>
    <rpm:license>MIT</rpm:license>
    <rpm:vendor/>
    <rpm:sourcerpm>${name}-1.0-1.el9.src.rpm</rpm:sourcerpm>
    <rpm:header-range start="4504" end="5581"/>
    ${lists}
    <file>/usr/bin/${name}</file>
  </format>
</package>
`;
}

const PACKAGES: readonly string[] = [
  packageXml(
    'app',
    `<rpm:provides>
      <rpm:entry name="app" flags="EQ" epoch="0" ver="1.0" rel="1.el9"/>
      <rpm:entry name="config(app)" flags="EQ" epoch="0" ver="1.0" rel="1.el9"/>
    </rpm:provides>
    <rpm:requires>
      <rpm:entry name="/bin/sh" pre="1"/>
      <rpm:entry name="lib" flags="GE" epoch="1" ver="2.0"/>
      <rpm:entry name="(words if lib)"/>
    </rpm:requires>
    <rpm:conflicts>
      <rpm:entry name="old" flags="LT" epoch="0" ver="3" rel="1"/>
    </rpm:conflicts>
    <rpm:obsoletes>
      <rpm:entry name="older"/>
    </rpm:obsoletes>
    <rpm:recommends>
      <rpm:entry name="words"/>
    </rpm:recommends>`,
    'x86_64',
  ),
  packageXml(
    'lib',
    `<rpm:provides>
      <rpm:entry name="lib" flags="EQ" epoch="1" ver="2.1" rel="1.el9"/>
    </rpm:provides>`,
    'noarch',
    '<version epoch="1" ver="2.1" rel="1.el9"/>',
  ),
  packageXml('words', ''),
  packageXml('web', ''),
  packageXml('cache', ''),
];

const PRIMARY = `<?xml version="1.0" encoding="UTF-8"?>
<metadata xmlns="http://linux.duke.edu/metadata/common" xmlns:rpm="http://linux.duke.edu/metadata/rpm" packages="${PACKAGES.length}">
${PACKAGES.join('')}</metadata>
`;

const streamOf = (name: string, stream: string, requires: string, artifact: string): string => `---
document: modulemd
version: 2
data:
  name: ${name}
  stream: "${stream}"
  version: 9010020220101
  context: 9edba152
  arch: x86_64
  summary: A module
  description: >-
    Long text
  license:
    module:
    - MIT
  dependencies:
  - buildrequires:
      platform: [el9]
    requires:
      platform: [el9]
${requires}  profiles:
    common:
      rpms:
      - ${name}
  artifacts:
    rpms:
    - ${artifact}
...
`;

const MODULES = `${streamOf('web', '1', '      cache: ["7"]\n', 'web-0:1.0-1.el9.noarch')}${streamOf('cache', '7', '', 'cache-0:1.0-1.el9.noarch')}${streamOf('words', '2', '', 'words-0:1.0-1.el9.noarch')}---
document: modulemd-defaults
version: 1
data:
  module: web
  stream: "1"
  profiles:
    1: [common]
...
---
document: modulemd-obsoletes
version: 1
data:
  modified: 2020-05-01T00:00Z
  module: words
  stream: "2"
  message: gone
...
`;

const FILELISTS = '<?xml version="1.0"?>\n<filelists xmlns="http://linux.duke.edu/metadata/filelists" packages="0"/>\n';
const COMPS = '<comps><group><id>core</id><packagelist><packagereq type="mandatory">app</packagereq></packagelist></group></comps>\n';

/** The sound documents. */
export const SOUND: OddRepository = { repomd: null, primary: Buffer.from(PRIMARY), modules: Buffer.from(MODULES) };

/** repomd.xml of a repository. */
export function repomdOf({ primary, modules }: OddRepository): string {
  const record = (type: string, bytes: Uint8Array | string, file: string) => `  <data type="${type}">
    <checksum type="sha256">${sha256(bytes)}</checksum>
    <open-checksum type="sha256">${sha256(bytes)}</open-checksum>
    <location href="repodata/${file}"/>
    <timestamp>1700000000</timestamp>
    <size>${bytes.length}</size>
    <open-size>${bytes.length}</open-size>
  </data>
`;
  const records = [
    record('primary', primary, 'primary.xml'),
    record('filelists', FILELISTS, 'filelists.xml'),
    record('group', COMPS, 'comps.xml'),
    record('modules', modules, 'modules.yaml'),
  ];
  return `<?xml version="1.0" encoding="UTF-8"?>
<repomd xmlns="http://linux.duke.edu/metadata/repo">
  <revision>1700000000</revision>
${records.join('')}</repomd>
`;
}

/** Writes a repository into `dir`. */
export function writeOddRepository(dir: string, repository: OddRepository): void {
  const repodata = join(dir, 'repodata');
  mkdirSync(repodata, { recursive: true });
  writeFileSync(join(repodata, 'primary.xml'), repository.primary);
  writeFileSync(join(repodata, 'modules.yaml'), repository.modules);
  writeFileSync(join(repodata, 'filelists.xml'), FILELISTS);
  writeFileSync(join(repodata, 'comps.xml'), COMPS);
  writeFileSync(join(repodata, 'repomd.xml'), repository.repomd ?? repomdOf(repository));
}
