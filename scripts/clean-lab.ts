/** Removes hosts, mounts and networks that killed test runs left on this machine. */
import { removeLeftovers } from '../test/lab/hosts/lab-leftovers.ts';

await removeLeftovers();
