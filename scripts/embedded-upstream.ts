/**
 * Writes a small signed Debian archive of placeholder packages for machines that reach no real one, and prints the path of the overlay
 * that makes `pigsty-bundle build --manifest` use it. Arguments: directory, distro (d12 or d13).
 */
import { resolve } from 'node:path';
import { parseTarget } from '../src/base/target.ts';
import { writeEmbeddedUpstream } from './embedded/write-upstream.ts';

const [directory, distro = 'd12'] = process.argv.slice(2);
if (directory === undefined) throw new Error('usage: node scripts/embedded-upstream.ts DIRECTORY [DISTRO]');
const upstream = await writeEmbeddedUpstream(resolve(directory), parseTarget(distro, null).distro, Math.floor(Date.now() / 1000));
console.error(`embedded upstream: ${upstream.packages} placeholder packages for ${upstream.codename}, signed by ${upstream.fingerprint}`);
console.log(upstream.overlayPath);
