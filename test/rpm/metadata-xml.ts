/** Small metadata documents for the tests of this folder. */

/** A primary.xml around `packages`. */
export function primaryXml(packages: readonly string[], count = packages.length): string {
  const head = `<metadata xmlns="http://linux.duke.edu/metadata/common" xmlns:rpm="http://linux.duke.edu/metadata/rpm" packages="${count}">`;
  return `<?xml version="1.0" encoding="UTF-8"?>\n${head}\n${packages.join('\n')}\n</metadata>\n`;
}

/** Replaces parts of the package that {@link packageXml} makes. */
export interface PackageXmlParts {
  readonly name?: string;
  readonly version?: string;
  readonly checksum?: string;
  readonly location?: string;
  readonly format?: string;
}

/** One sound `<package>`, with parts replaced. */
export function packageXml(parts: PackageXmlParts = {}): string {
  return [
    '<package type="rpm">',
    parts.name ?? '<name>app</name>',
    '<arch>x86_64</arch>',
    parts.version ?? '<version epoch="0" ver="1.0" rel="1.el9"/>',
    parts.checksum ?? `<checksum type="sha256" pkgid="YES">${'a'.repeat(64)}</checksum>`,
    '<summary>An app</summary><description>Long &amp; wide</description><packager/><url>https://example.test/</url>',
    '<time file="1700000001" build="1700000000"/><size package="10" installed="20" archive="30"/>',
    parts.location ?? '<location href="Packages/a/app-1.0-1.el9.x86_64.rpm"/>',
    `<format><rpm:license>MIT</rpm:license><rpm:header-range start="4504" end="5581"/>${parts.format ?? ''}</format>`,
    '</package>',
  ].join('\n');
}
