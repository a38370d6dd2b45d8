/** Every component, in the order it is set up within its phase. */
import type { HostParams } from '../host-params.ts';
import type { Service } from '../types.ts';
import { alertmanager } from './alertmanager.ts';
import { blackbox } from './blackbox.ts';
import { ca } from './ca.ts';
import { nginx } from './nginx.ts';
import { nginxExporter } from './nginx-exporter.ts';
import { nodeExporter } from './node-exporter.ts';
import { vlogs, vtraces } from './victoria-store.ts';
import { vmalert } from './vmalert.ts';
import { vmetrics } from './vmetrics.ts';

export const SERVICES: readonly Service<HostParams>[] = [
  ca,
  nginx,
  nginxExporter,
  vmetrics,
  vlogs,
  vtraces,
  vmalert,
  alertmanager,
  blackbox,
  nodeExporter,
];
