/**
 * `infra_portal`: what each entry of Pigsty's portal may say, and the rules over all entries together. As in Pigsty, an entry without a
 * domain has no effect. Not supported: `conf`, a Jinja template; it is refused, and the message says what to use instead.
 */
import { z } from 'zod';
import { findSnippetFault } from './find-snippet-fault.ts';
import { block, directory, endpoint, flag, hostName, line, oneOrMore } from './value-schemas.ts';

/** Entry names are also names of files and of nginx upstreams. */
const entryName = z
  .string()
  .regex(/^[A-Za-z0-9_][A-Za-z0-9_.-]{0,62}$/, 'a name of letters, digits, "_", "." and "-"')
  .refine((name) => !name.startsWith('haproxy-'), 'a name that does not start with "haproxy-", which is taken by nodes');

/** nginx reads `off` as "no password", and `$x` as a variable. */
const realm = line.refine((text) => text !== 'off' && !text.includes('$'), 'a realm that is not "off" and has no "$"');

const logName = z.string('a file name').regex(/^(?!\.)[A-Za-z0-9_.-]{1,100}$/, 'a file name below /var/log/nginx');

const certificateName = z.string('a certificate name').regex(/^(?!\.)[A-Za-z0-9_.*-]{1,200}$/, 'a certificate name');

const snippet = block.superRefine((text, context) => {
  const fault = findSnippetFault(text);
  if (fault !== null) context.addIssue({ code: 'custom', message: `nginx text that stays inside its server block: ${fault}`, input: text });
});

export const PortalEntry = z
  .strictObject({
    domain: hostName.optional(),
    domains: oneOrMore(hostName).optional(),
    endpoint: endpoint.optional(),
    path: directory.optional(),
    index: flag.optional(),
    scheme: z.enum(['http', 'https']).optional(),
    websocket: flag.optional(),
    enforce_https: flag.optional(),
    certbot: certificateName.optional(),
    cert: directory.optional(),
    key: directory.optional(),
    log: logName.optional(),
    auth: flag.optional(),
    realm: realm.optional(),
    config: snippet.optional(),
    conf: z
      .any()
      .refine((value) => value === undefined, 'no "conf": templates are not supported here; use "config" for raw nginx text')
      .optional(),
    /** Older spelling of `scheme`. */
    schema: z.enum(['http', 'https']).optional(),
  })
  .refine((entry) => (entry.cert === undefined) === (entry.key === undefined), 'both "cert" and "key", or neither');
export type PortalEntry = z.infer<typeof PortalEntry>;

export const Portal = z.record(entryName, PortalEntry).superRefine((portal, context) => {
  const owners = new Map<string, string>();
  for (const [name, entry] of Object.entries(portal)) {
    if (entry.domain === undefined) continue;
    if (name !== 'home' && entry.path === undefined && entry.endpoint === undefined) {
      context.addIssue({ code: 'custom', path: [name], message: 'an "endpoint" or a "path" beside the domain', input: entry });
    }
    for (const domain of new Set([entry.domain, ...(entry.domains ?? [])])) {
      const owner = owners.get(domain.toLowerCase());
      if (owner === undefined) owners.set(domain.toLowerCase(), name);
      else {
        const message = `a domain of its own: ${domain} belongs to entry "${owner}"`;
        context.addIssue({ code: 'custom', path: [name, 'domain'], message, input: domain });
      }
    }
  }
});
export type Portal = z.infer<typeof Portal>;
