/**
 * An EL upstream breaks or lies, the real program says what, why and what to do, leaves nothing half-made, and the same command works once
 * the upstream is well again. What is the same for every family is in cli-faults.test.ts.
 */
import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { expectBuilt, expectNothingMade, startMirror, status, toyLab } from '../lab/cli/toy-lab.ts';
import { type ArchiveFiles, flipped, newToyKey } from '../lab/upstreams/toy-archive.ts';
import { headerStart, type ToyElOptions, toyElSections, toyElUpstream, toyPartPath, toyRpmFile } from '../lab/upstreams/toy-el-upstream.ts';

const BUNDLE = 'pigsty-pkg-v4.5.0.el9.x86_64.tgz';
const REQUEST = ['build', '--distro', 'el9', '--profile', 'toy', '--manifest', 'overlay.yaml'];
const BUILD = [...REQUEST, '--store', 'store', '--output', 'out', '--no-installer', '--timeout', '2'];

async function brokenLab(files: ArchiveFiles) {
  const lab = await toyLab();
  const mirror = await startMirror(files);
  await lab.overlay([], { more: toyElSections([mirror.url]) });
  return { lab, mirror };
}

/** Builds, expects to be refused with `code` and words that match `message`, heals the upstream, builds again. */
async function expectRefused(files: ArchiveFiles, code: string, message: RegExp, exitCode = 65): Promise<void> {
  const { lab, mirror } = await brokenLab(files);
  const run = await lab.run(BUILD);
  expect(run.stderr).toMatch(new RegExp(`^error: .*\\[${code}\\]$`, 'ms'));
  expect(run.code, run.stderr).toBe(exitCode);
  expect(run.stderr).toMatch(message);
  expect(run.stderr).toMatch(/^hint: /m);
  expectNothingMade(lab);
  mirror.files = await toyElUpstream();
  expectBuilt(lab, await lab.run(BUILD), BUNDLE);
}

describe('metadata', () => {
  it.each(['primary', 'filelists', 'modules'] as const)('one flipped bit in %s', async (part) => {
    const files = await toyElUpstream();
    const path = toyPartPath(part);
    files.set(path, flipped(files.get(path)!));
    await expectRefused(files, 'FETCH_DIGEST_MISMATCH', new RegExp(path));
  });

  it('one flipped bit in repomd.xml', async () => {
    const files = await toyElUpstream();
    const path = 'repodata/repomd.xml';
    files.set(path, flipped(files.get(path)!));
    await expectRefused(files, 'SIGNATURE_INVALID', /repomd\.xml/);
  });

  it('repomd.xml.asc by another key than the manifest pins', async () => {
    await expectRefused(await toyElUpstream({ metadataSigner: await newToyKey() }), 'SIGNATURE_INVALID', /repomd\.xml/);
  });

  it.each<[string, ToyElOptions, string, RegExp]>([
    ['no repomd.xml.asc', { metadataSigner: null }, 'SIGNATURE_MISSING', /repomd\.xml\.asc/],
    ['entities that grow in primary', { edit: { primary: laughs } }, 'INDEX_INVALID', /primary.*document type/],
    // Read while it is unpacked: the first byte of it is wrong already.
    ['a bomb as primary', { pack: { primary: () => zeros() } }, 'INDEX_INVALID', /primary/],
    ['a bomb as modules', { pack: { modules: () => zeros() } }, 'INDEX_TOO_LARGE', /modules/],
    [
      'another document inside than repomd.xml means',
      { pack: { primary: () => gzipSync('<metadata/>') } },
      'INDEX_DIGEST_MISMATCH',
      /primary/,
    ],
    ['a primary that ends early', { pack: { primary: (bytes) => gzipSync(bytes).subarray(0, 200) } }, 'INDEX_INVALID', /primary/],
    ['a primary without its end', { edit: { primary: (xml) => xml.slice(0, -30) } }, 'INDEX_INVALID', /primary/],
    ['modules that are no YAML', { edit: { modules: () => '---\ndata: [\n' } }, 'INDEX_INVALID', /modules.*document 1 is no YAML/],
    ['half a document behind the mark of one', { edit: { modules: (yaml) => `${yaml}\n--- [\n` } }, 'INDEX_INVALID', /modules.*is no YAML/],
  ])('%s', async (_what, broken, code, message) => {
    await expectRefused(await toyElUpstream(broken), code, message);
  });
});

describe('what dnf takes as well', () => {
  it('fewer packages than primary says, with a warning', async () => {
    const { lab } = await brokenLab(await toyElUpstream({ edit: { primary: (xml) => xml.replace('packages="3"', 'packages="4"') } }));
    const run = await lab.run(BUILD);
    expect(run.stderr).toMatch(/^warning: .*announces 4 packages and holds 3$/m);
    expectBuilt(lab, run, BUNDLE);
  });

  it('a location above the upstream: the digest says what is found there', async () => {
    const { lab } = await brokenLab(await toyElUpstream({ edit: { primary: (xml) => xml.replace('href="world', 'href="../../world') } }));
    expectBuilt(lab, await lab.run(BUILD), BUNDLE);
  });
});

describe('packages', () => {
  it('one flipped bit', async () => {
    const files = await toyElUpstream();
    files.set(toyRpmFile('world'), flipped(files.get(toyRpmFile('world'))!));
    await expectRefused(files, 'FETCH_DIGEST_MISMATCH', /world-1\.0.*sha256 is [0-9a-f]{64}, expected/s);
  });

  it('signed by another key than the manifest pins', async () => {
    await expectRefused(await toyElUpstream({ packageSigner: await newToyKey() }), 'SIGNATURE_INVALID', /world-1\.0/);
  });

  it.each<[string, ToyElOptions, string]>([
    ['not signed, where the upstream signs packages', { damage: unsigned }, 'SIGNATURE_MISSING'],
    [
      'signed over header and payload only, as before rpm 4.14',
      { damage: (rpm) => patched(rpm, signatureTag(rpm), 1002) },
      'SIGNATURE_INVALID',
    ],
    ['signed in a way nobody knows yet', { damage: signedTomorrow }, 'SIGNATURE_INVALID'],
    [
      'a header changed after it was signed',
      { damage: (rpm) => replaced(rpm, 'embedded.example.test', 'embedded.example.tesT') },
      'PACKAGE_INVALID',
    ],
    [
      'a header changed after it was signed, its digests as well',
      { damage: (rpm) => withDigests(rpm, replaced(rpm, 'embedded.example.test', 'embedded.example.tesT')) },
      'SIGNATURE_INVALID',
    ],
    ['a payload that is not the signed one', { damage: changedEnd }, 'PACKAGE_INVALID'],
    ['a header that claims four gigabytes', { damage: (rpm) => patched(rpm, headerStart(rpm) + 12, 0xfffffff0) }, 'PACKAGE_INVALID'],
    ['a header that claims to be shorter than it is', { damage: (rpm) => patched(rpm, headerStart(rpm) + 12, 64) }, 'PACKAGE_INVALID'],
    ['a header whose entries are more than it has', { damage: (rpm) => patched(rpm, headerStart(rpm) + 8, 5000) }, 'PACKAGE_INVALID'],
    ['no package at all', { damage: (rpm) => Buffer.alloc(rpm.length, 'x') }, 'PACKAGE_INVALID'],
    [
      'another version than primary says',
      { edit: { primary: (xml) => xml.replace(/(<name>world<.*?ver=")1\.0/s, '$12.0') } },
      'PACKAGE_INVALID',
    ],
  ])('%s', async (_what, broken, code) => {
    await expectRefused(await toyElUpstream(broken), code, /world-1\.0/);
  });

  it('larger than primary says', async () => {
    const files = await toyElUpstream({ edit: { primary: (xml) => xml.replace(/(<name>world<.*?<size package=")\d+/s, '$1100') } });
    await expectRefused(files, 'FETCH_(?:DIGEST|SIZE)_MISMATCH', /world-1\.0/);
  });
});

describe('mirrors', () => {
  it.each([
    [404, 'FETCH_NOT_FOUND'],
    [503, 'FETCH_FAILED'],
  ])('%i for each kind of file in turn', async (code, expected) => {
    for (const path of ['repodata/repomd.xml', toyPartPath('primary'), toyPartPath('filelists'), toyRpmFile('world')]) {
      const { lab, mirror } = await brokenLab(await toyElUpstream());
      mirror.answers.set(path, status(code));
      const run = await lab.run(BUILD);
      expect(run, run.stderr).toMatchObject({ code: 69, stderr: expect.stringContaining(`[${expected}]`) });
      expect(run.stderr).toContain(`${mirror.url}/${path}: ${code}`);
      expectNothingMade(lab);
      mirror.answers.clear();
      expectBuilt(lab, await lab.run(BUILD), BUNDLE);
    }
  });

  it.each([404, 503])('%i at one mirror: the other one has it', async (code) => {
    const { lab, mirror: sick } = await brokenLab(await toyElUpstream());
    const well = await startMirror(await toyElUpstream());
    for (const path of [toyPartPath('primary'), toyRpmFile('world')]) sick.answers.set(path, status(code));
    await lab.overlay([], { more: toyElSections([sick.url, well.url]) });
    expectBuilt(lab, await lab.run(BUILD), BUNDLE);
    expect(well.seen).toEqual(expect.arrayContaining([toyPartPath('primary'), toyRpmFile('world')]));
  });
});

function laughs(xml: string): string {
  const entities = Array.from({ length: 30 }, (_, at) => `<!ENTITY a${at + 1} "&a${at};&a${at};">`).join('');
  return xml.replace('?>', `?><!DOCTYPE metadata [<!ENTITY a0 "ha">${entities}]>`).replace('<summary>toy', '<summary>&a30;');
}

/** More zeros than any document may have, packed small. */
function zeros(): Buffer {
  const member = gzipSync(Buffer.alloc(1 << 20));
  return Buffer.concat(Array.from({ length: 2049 }, () => member));
}

function patched(rpm: Buffer, offset: number, value: number): Buffer {
  const copy = Buffer.from(rpm);
  copy.writeUInt32BE(value, offset);
  return copy;
}

function replaced(rpm: Buffer, from: string, to: string): Buffer {
  const copy = Buffer.from(rpm);
  copy.write(to, copy.indexOf(from));
  return copy;
}

/** The digests of `sound`'s header, which stand before the header, become those of `changed`. */
function withDigests(sound: Buffer, changed: Buffer): Buffer {
  return ['sha1', 'sha256'].reduce(
    (rpm, algorithm) => replaced(rpm, headerDigest(sound, algorithm), headerDigest(changed, algorithm)),
    changed,
  );
}

function headerDigest(rpm: Buffer, algorithm: string): string {
  const start = headerStart(rpm);
  const length = 16 + rpm.readUInt32BE(start + 8) * 16 + rpm.readUInt32BE(start + 12);
  return createHash(algorithm)
    .update(rpm.subarray(start, start + length))
    .digest('hex');
}

function changedEnd(rpm: Buffer): Buffer {
  const copy = Buffer.from(rpm);
  copy[copy.length - 1] = (copy.at(-1) ?? 0) ^ 1;
  return copy;
}

/** Where the tag of the signature (268, binary) stands. */
function signatureTag(rpm: Buffer): number {
  return rpm.indexOf(Buffer.from([0, 0, 1, 12, 0, 0, 0, 7]));
}

/** The signature's tag becomes one that nobody knows. */
function unsigned(rpm: Buffer): Buffer {
  return patched(rpm, signatureTag(rpm), 299);
}

/** The signature claims to be of version 6 and ML-DSA instead of version 4 and RSA over SHA-512. */
function signedTomorrow(rpm: Buffer): Buffer {
  const copy = Buffer.from(rpm);
  const at = copy.indexOf(Buffer.from([4, 0, 1, 10]));
  copy.set([6, 0, 30, 10], at);
  return copy;
}
