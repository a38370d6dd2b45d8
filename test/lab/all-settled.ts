/** Work that runs side by side in one directory, and has to be over before somebody removes the directory. */

/**
 * Like `Promise.all`, but when one fails the others are waited for first: they would otherwise go on writing into a directory that the one
 * who called is removing already, and "directory not empty" would hide what went wrong. Throws the first failure in the order of `work`.
 */
export async function allSettled<T>(work: readonly Promise<T>[]): Promise<T[]> {
  const ends = await Promise.allSettled(work);
  const failed = ends.find((end) => end.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
  return ends.flatMap((end) => (end.status === 'fulfilled' ? [end.value] : []));
}
