/** What `status` needs to know later, written at the end of every run: components, probes, URLs. No secrets. */
import { z } from 'zod';
import { DEFAULT_PLACE, installerIn } from '../../base/repository-place.ts';
import type { BundleView, Declaration, Probe } from '../contract/declaration.ts';
import { STATE_DIRECTORY } from './earlier-runs.ts';

export const INSTALLED_PATH = `${STATE_DIRECTORY}/installed.json`;

const schema = z.object({
  schema: z.literal(1),
  bundleId: z.string(),
  version: z.string(),
  /** The installer in the repository, which asks the probes on a remote host. */
  program: z.string().default(installerIn(DEFAULT_PLACE)),
  services: z.array(z.string()),
  components: z.array(z.object({ name: z.string(), version: z.string().nullable(), packages: z.array(z.string()) })),
  units: z.array(z.object({ service: z.string(), unit: z.string(), active: z.boolean() })),
  ports: z.array(z.object({ service: z.string(), protocol: z.enum(['tcp', 'udp']), port: z.number() })),
  urls: z.array(z.object({ name: z.string(), url: z.string() })),
  secrets: z.array(z.object({ name: z.string(), path: z.string(), user: z.string().optional() })),
  probes: z.array(z.custom<Probe>((value) => typeof value === 'object' && value !== null)),
});

/** The content of {@link INSTALLED_PATH}. */
export type InstalledState = z.infer<typeof schema>;

/** Summarizes what a declaration put on a host. */
export function installedState(declaration: Declaration, bundle: BundleView, program: string): InstalledState {
  return {
    schema: 1,
    bundleId: bundle.id,
    version: bundle.version,
    program,
    services: [...declaration.services],
    components: Object.entries(bundle.components).flatMap(([name, entry]) =>
      'absent' in entry ? [] : [{ name, version: entry.version, packages: [...entry.packages] }],
    ),
    units: declaration.steps.flatMap(({ service, step }) =>
      step.kind === 'unit' && step.masked !== true ? [{ service, unit: step.name, active: step.active }] : [],
    ),
    ports: declaration.ports.map(({ service, protocol, port }) => ({ service, protocol, port })),
    urls: declaration.urls.map(({ name, url }) => ({ name, url })),
    secrets: declaration.secrets.map((secret) => ({ ...secret })),
    probes: [...declaration.probes],
  };
}

/** Reads it back; null for anything that is not one. */
export function parseInstalledState(text: string): InstalledState | null {
  try {
    const parsed = schema.safeParse(JSON.parse(text));
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}
