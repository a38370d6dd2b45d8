/** Every component, in the order it is set up within its phase. */
import type { HostParams } from '../host-params.ts';
import type { Service } from '../types.ts';
import { alertmanager } from './alertmanager.ts';
import { ansible } from './ansible.ts';
import { blackbox } from './blackbox.ts';
import { ca } from './ca.ts';
import { chrony } from './chrony.ts';
import { dnsmasq } from './dnsmasq.ts';
import { grafana } from './grafana.ts';
import { haproxy } from './haproxy.ts';
import { nginx } from './nginx.ts';
import { nginxExporter } from './nginx-exporter.ts';
import { node } from './node.ts';
import { nodeExporter } from './node-exporter.ts';
import { secretsFile } from './secrets-file.ts';
import { vector } from './vector.ts';
import { vlogs, vtraces } from './victoria-store.ts';
import { vmalert } from './vmalert.ts';
import { vmetrics } from './vmetrics.ts';

export const SERVICES: readonly Service<HostParams>[] = [
  ca,
  secretsFile,
  node,
  chrony,
  nginx,
  dnsmasq,
  vmetrics,
  vlogs,
  vtraces,
  alertmanager,
  vmalert,
  blackbox,
  grafana,
  nginxExporter,
  ansible,
  nodeExporter,
  haproxy,
  vector,
];
