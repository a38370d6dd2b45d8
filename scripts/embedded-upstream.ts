/**
 * Writes a small signed archive of placeholder packages for machines that reach no real one, and prints the path of the overlay
 * that makes `pigsty-bundle build --manifest` use it. Arguments: directory, distro (d12, d13, el8, el9 or el10).
 */
import { resolve } from 'node:path';
import { familyOf, parseTarget } from '../src/base/target.ts';
import { writeElUpstream } from '../test/lab/embedded/write-el-upstream.ts';
import { writeEmbeddedUpstream } from '../test/lab/embedded/write-upstream.ts';

const [directory, distro = 'd12'] = process.argv.slice(2);
if (directory === undefined) throw new Error('usage: node scripts/embedded-upstream.ts DIRECTORY [DISTRO]');
const code = parseTarget(distro, null).distro;
const write = familyOf(code) === 'rpm' ? writeElUpstream : writeEmbeddedUpstream;
const upstream = await write(resolve(directory), code, Math.floor(Date.now() / 1000));
console.error(`embedded upstream: ${upstream.packages} placeholder packages for ${upstream.codename}, signed by ${upstream.fingerprint}`);
console.log(upstream.overlayPath);
