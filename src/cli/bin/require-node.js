/** Refuses an old Node with one line before any TypeScript is loaded; plain JavaScript because an old Node has to be able to read it. */
export function requireNode24(program) {
  const major = Number(process.versions.node.split('.')[0]);
  if (major >= 24) return true;
  process.stderr.write(
    `${program}: Node ${process.versions.node} is too old, 24 or newer is needed. In a clone, "npm ci" puts one into node_modules: use "npx ${program}".\n`,
  );
  process.exitCode = 78;
  return false;
}
