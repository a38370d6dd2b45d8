/** Which components a bundle does not hold, and why. */

/** Name and reason of each, in the order of the index. */
export function absentComponents(components: Readonly<Record<string, unknown>>): [name: string, reason: string][] {
  return Object.entries(components).flatMap(([name, component]): [string, string][] => {
    const isAbsent = typeof component === 'object' && component !== null && 'absent' in component;
    return isAbsent ? [[name, String(component.absent)]] : [];
  });
}
