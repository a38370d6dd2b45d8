/**
 * Writes packages as primary.xml, filelists.xml and other.xml, in the layout of createrepo_c
 * (https://github.com/rpm-software-management/createrepo_c). Changelogs are left out: other.xml lists packages without any.
 */

import { isPrimaryPath } from '../package/package-from-header.ts';
import { RPM_DEPENDENCY_KINDS, type RpmDependency, type RpmDependencyKind, type RpmFile, type RpmPackage } from '../package/rpm-package.ts';
import { escapeAttribute, escapeText } from './format-xml.ts';

/** A package to publish. */
export interface PublishedPackage {
  readonly pkg: RpmPackage;
  /** Every path it owns, from its header or from filelists; null when only those of primary are known. */
  readonly files: readonly RpmFile[] | null;
}

const XML = '<?xml version="1.0" encoding="UTF-8"?>\n';
const COMMON = 'http://linux.duke.edu/metadata/common';
const RPM = 'http://linux.duke.edu/metadata/rpm';

function fileLine(file: RpmFile, indent: string): string {
  const type = file.type === 'file' ? '' : ` type="${file.type}"`;
  return `${indent}<file${type}>${escapeText(file.path)}</file>\n`;
}

function entryLine(dep: RpmDependency, kind: RpmDependencyKind): string {
  let line = `      <rpm:entry name="${escapeAttribute(dep.name)}"`;
  if (dep.flags !== '') {
    line += ` flags="${dep.flags}"`;
    if (dep.epoch !== '') line += ` epoch="${escapeAttribute(dep.epoch)}"`;
    line += ` ver="${escapeAttribute(dep.version)}"`;
    if (dep.release !== '') line += ` rel="${escapeAttribute(dep.release)}"`;
  }
  return kind === 'requires' && dep.pre ? `${line} pre="1"/>\n` : `${line}/>\n`;
}

function dependencyLines(pkg: RpmPackage): string {
  let text = '';
  for (const kind of RPM_DEPENDENCY_KINDS) {
    const list = pkg[kind];
    if (list.length === 0) continue;
    text += `    <rpm:${kind}>\n`;
    for (const dep of list) text += entryLine(dep, kind);
    text += `    </rpm:${kind}>\n`;
  }
  return text;
}

function versionTag(pkg: RpmPackage): string {
  return `  <version epoch="${escapeAttribute(pkg.epoch)}" ver="${escapeAttribute(pkg.version)}" rel="${escapeAttribute(pkg.release)}"/>\n`;
}

/** `sha1` is called `sha` in metadata. */
function checksumTag(pkg: RpmPackage): string {
  const { algorithm, hex } = pkg.checksum;
  return `  <checksum type="${algorithm === 'sha1' ? 'sha' : algorithm}" pkgid="YES">${hex}</checksum>\n`;
}

function primaryPackage({ pkg, files }: PublishedPackage, isWanted: (path: string) => boolean): string {
  const shown = files === null ? pkg.files : files.filter((file) => isWanted(file.path));
  const text = (name: string, value: string, indent: string): string => `${indent}<${name}>${escapeText(value)}</${name}>\n`;
  return [
    `<package type="rpm">\n${text('name', pkg.name, '  ')}${text('arch', pkg.arch, '  ')}${versionTag(pkg)}${checksumTag(pkg)}`,
    text('summary', pkg.summary, '  '),
    text('description', pkg.description, '  '),
    text('packager', pkg.packager, '  '),
    text('url', pkg.url, '  '),
    `  <time file="${pkg.timeFile}" build="${pkg.timeBuild}"/>\n`,
    `  <size package="${pkg.sizePackage}" installed="${pkg.sizeInstalled}" archive="${pkg.sizeArchive}"/>\n`,
    `  <location href="${escapeAttribute(pkg.location)}"/>\n  <format>\n`,
    text('rpm:license', pkg.license, '    '),
    text('rpm:vendor', pkg.vendor, '    '),
    text('rpm:group', pkg.group, '    '),
    text('rpm:buildhost', pkg.buildhost, '    '),
    text('rpm:sourcerpm', pkg.sourceRpm, '    '),
    `    <rpm:header-range start="${pkg.headerStart}" end="${pkg.headerEnd}"/>\n`,
    dependencyLines(pkg),
    ...shown.map((file) => fileLine(file, '    ')),
    '  </format>\n</package>\n',
  ].join('');
}

const ASKING_KINDS = RPM_DEPENDENCY_KINDS.filter((kind) => kind !== 'provides');

/** The paths one capability names: itself, or those inside a rich dependency. */
function pathsOf(name: string): readonly string[] {
  if (name.startsWith('/')) return [name];
  return name.startsWith('(') ? Array.from(name.matchAll(/(?<=[\s(])\/[^\s)]+/g), ([path]) => path) : [];
}

/** Every path that a dependency of `packages` names, also inside rich dependencies. */
function requiredPaths(packages: readonly PublishedPackage[]): Set<string> {
  return new Set(packages.flatMap(({ pkg }) => ASKING_KINDS.flatMap((kind) => pkg[kind].flatMap((dep) => pathsOf(dep.name)))));
}

/**
 * primary.xml of `packages`, in their order. Lists the usual paths and all that any of the packages requires: dnf from 4.19 on (EL 10)
 * does not look into filelists by itself.
 */
export function formatPrimary(packages: readonly PublishedPackage[]): string {
  const needed = requiredPaths(packages);
  const isWanted = (path: string): boolean => isPrimaryPath(path) || needed.has(path);
  const head = `${XML}<metadata xmlns="${COMMON}" xmlns:rpm="${RPM}" packages="${packages.length}">\n`;
  return `${head}${packages.map((one) => primaryPackage(one, isWanted)).join('')}</metadata>`;
}

function shortPackage({ pkg }: PublishedPackage, body: string): string {
  const head = `<package pkgid="${pkg.checksum.hex}" name="${escapeAttribute(pkg.name)}" arch="${escapeAttribute(pkg.arch)}">\n`;
  return `${head}${versionTag(pkg)}${body}</package>\n`;
}

/** filelists.xml of `packages`, in their order. */
export function formatFilelists(packages: readonly PublishedPackage[]): string {
  const body = packages.map((one) => shortPackage(one, (one.files ?? one.pkg.files).map((file) => fileLine(file, '  ')).join('')));
  return `${XML}<filelists xmlns="http://linux.duke.edu/metadata/filelists" packages="${packages.length}">\n${body.join('')}</filelists>`;
}

/** other.xml of `packages`, in their order, without changelogs. */
export function formatOther(packages: readonly PublishedPackage[]): string {
  const body = packages.map((one) => shortPackage(one, ''));
  return `${XML}<otherdata xmlns="http://linux.duke.edu/metadata/other" packages="${packages.length}">\n${body.join('')}</otherdata>`;
}
