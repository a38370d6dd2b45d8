import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { formatDatasources } from '../../../src/components/grafana/datasources.ts';
import { type ComponentOptions, desiredOf, TWO_INFRA_HOSTS, without } from '../component-lab.ts';

const datasource = z.looseObject({
  name: z.string(),
  uid: z.string(),
  type: z.enum(['prometheus', 'victoriametrics-logs-datasource', 'jaeger', 'postgres']),
  url: z.string(),
  access: z.literal('proxy'),
  orgId: z.literal(1),
});
const provisioning = z.strictObject({ apiVersion: z.literal(1), prune: z.literal(true), datasources: z.array(datasource) });
const read = (options: ComponentOptions = {}) => provisioning.parse(parse(formatDatasources(desiredOf(options)))).datasources;

describe('formatDatasources', () => {
  it('has the stores of this host under fixed names, and those of every INFRA host by number', () => {
    const sources = read({ hosts: `${TWO_INFRA_HOSTS}, 10.10.10.12: { infra_seq: 3, vlogs_enabled: no }` });
    expect(sources.map((one) => `${one.uid} ${one.url}`)).toEqual([
      'ds-prometheus http://127.0.0.1:8428',
      'ds-vlogs http://127.0.0.1:9428',
      'ds-vtraces http://127.0.0.1:10428/select/jaeger',
      'ds-meta 127.0.0.1:5432',
      'vmetrics-1 http://10.10.10.10:8428',
      'vlogs-1 http://10.10.10.10:9428',
      'vtraces-1 http://10.10.10.10:10428/select/jaeger',
      'vmetrics-2 http://10.10.10.11:8428',
      'vlogs-2 http://10.10.10.11:9428',
      'vtraces-2 http://10.10.10.11:10428/select/jaeger',
      'vmetrics-3 http://10.10.10.12:8428',
      'vtraces-3 http://10.10.10.12:10428/select/jaeger',
    ]);
  });

  it('goes to loopback on a host alone, and leaves out what is not there', () => {
    const sources = read({ vars: 'vtraces_enabled: no', change: without('vlogs') });
    expect(sources.map((one) => `${one.uid} ${one.url}`)).toEqual([
      'ds-prometheus http://127.0.0.1:8428',
      'ds-meta 127.0.0.1:5432',
      'vmetrics-1 http://127.0.0.1:8428',
    ]);
  });

  it('doubles a dollar in the password, which begins a variable in such files', () => {
    const of = (vars: string) => read({ vars }).find((one) => one.uid === 'ds-meta')?.secureJsonData;
    expect(of('grafana_view_password: "a$b"')).toEqual({ password: 'a$$b' });
    expect(of('')).toEqual({ password: 'generated2' });
  });
});
