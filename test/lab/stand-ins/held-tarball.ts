/**
 * Loaded into `pigsty-bundle` before itself (`node --import`): a disk that takes the first bytes of a tarball and then keeps the program
 * waiting until it is told to stop. So a test can kill or interrupt the program while it surely packs, however slow or quick the machine
 * is.
 */
import { readlinkSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';

const TARBALL = /\.tgz\.[^/]*partial$/;

const told = Promise.withResolvers<void>();
for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => told.resolve());

// All handles share what they can do; the class itself has no name that could be imported.
const anyHandle = await open('/dev/null');
const methods = Object.getPrototypeOf(anyHandle) as { write: (this: FileHandle, ...parameters: unknown[]) => Promise<unknown> };
await anyHandle.close();

const { write } = methods;
let isFirst = true;
methods.write = async function (...parameters) {
  const written = await write.apply(this, parameters);
  if (!TARBALL.test(readlinkSync(`/proc/self/fd/${this.fd}`))) return written;
  if (!isFirst) await told.promise;
  isFirst = false;
  return written;
};
