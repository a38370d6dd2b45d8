/** Generated YAML files: a comment, then the data through the `yaml` library, keys in the order given, no line folding. */
import { stringify } from 'yaml';

/** The text. Strings are quoted by the library where YAML 1.1 readers (Go's, Ansible's) could take them for something else. */
export function formatYamlFile(comment: string, data: unknown): string {
  return `# ${comment.replace(/\s+/g, ' ')}\n${stringify(data, { version: '1.1', lineWidth: 0, aliasDuplicateObjects: false })}`;
}
