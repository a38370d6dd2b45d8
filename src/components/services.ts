/** Every component, in the order it is set up within its phase. */

import type { Service } from '../install/contract/declaration.ts';
import type { HostParams } from '../install/contract/desired.ts';
import { alertmanager } from './alertmanager/alertmanager.ts';
import { ansible } from './ansible/ansible.ts';
import { blackbox } from './blackbox/blackbox.ts';
import { ca } from './ca/ca.ts';
import { chronyd } from './chronyd/chronyd.ts';
import { dnsmasq } from './dnsmasq/dnsmasq.ts';
import { grafana } from './grafana/grafana.ts';
import { haproxy } from './haproxy/haproxy.ts';
import { nginx } from './nginx/nginx.ts';
import { nginxExporter } from './nginx-exporter/nginx-exporter.ts';
import { node } from './node/node.ts';
import { nodeExporter } from './node-exporter/node-exporter.ts';
import { secrets } from './secrets/secrets.ts';
import { vector } from './vector/vector.ts';
import { vlogs } from './vlogs/vlogs.ts';
import { vmalert } from './vmalert/vmalert.ts';
import { vmetrics } from './vmetrics/vmetrics.ts';
import { vtraces } from './vtraces/vtraces.ts';

export const SERVICES: readonly Service<HostParams>[] = [
  ca,
  secrets,
  node,
  chronyd,
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
