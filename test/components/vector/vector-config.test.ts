import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { formatNginxLogs, formatNodeLogs, formatVectorMain, logEndpoints } from '../../../src/components/vector/vector-config.ts';
import { desiredOf, TWO_INFRA_HOSTS, without } from '../component-lab.ts';

const source = z.looseObject({ type: z.enum(['journald', 'file', 'internal_metrics']) });
const transform = z.strictObject({ type: z.literal('remap'), inputs: z.array(z.string()).min(1), source: z.string() });
const sink = z.looseObject({ type: z.enum(['http', 'prometheus_exporter']), inputs: z.array(z.string()), uri: z.string().optional() });
const main = z.strictObject({ data_dir: z.string(), sources: z.record(z.string(), source), sinks: z.record(z.string(), sink) });
/** Names that end in `_logs` are what the sinks of the main file take. */
const logs = z.strictObject({ sources: z.record(z.string(), source), transforms: z.record(z.string().regex(/_logs$/), transform) });

describe('formatVectorMain', () => {
  it('sends what ends in _logs to every VictoriaLogs, and shows what ends in _metrics', () => {
    const { sinks, data_dir: directory } = main.parse(parse(formatVectorMain(desiredOf({ hosts: TWO_INFRA_HOSTS }), '10.10.10.10:9598')));
    expect(directory).toBe('/data/vector');
    expect(sinks.vmetrics).toMatchObject({ inputs: ['*_metrics'], address: '10.10.10.10:9598' });
    expect([sinks.vlogs1, sinks.vlogs2]).toMatchObject([
      { inputs: ['*_logs'], uri: 'http://10.10.10.10:9428/insert/jsonline' },
      { inputs: ['*_logs'], uri: 'http://10.10.10.11:9428/insert/jsonline' },
    ]);
  });

  it('has an address Vector understands when it listens everywhere', () => {
    expect(main.parse(parse(formatVectorMain(desiredOf(), ':9598'))).sinks.vmetrics).toMatchObject({ address: '0.0.0.0:9598' });
  });
});

describe('logEndpoints', () => {
  it.each([
    ['a host alone: loopback', {}, ['http://127.0.0.1:9428']],
    [
      'every INFRA host that keeps logs',
      { hosts: `${TWO_INFRA_HOSTS}, 10.10.10.12: { infra_seq: 3, vlogs_enabled: no }` },
      ['http://10.10.10.10:9428', 'http://10.10.10.11:9428'],
    ],
    [
      'another server, each once',
      { vars: 'vector_log_endpoint: ["http://logs.test:9428/", infra, "http://logs.test:9428"]' },
      ['http://logs.test:9428', 'http://127.0.0.1:9428'],
    ],
    ['nowhere when the bundle keeps no logs', { change: without('vlogs') }, []],
  ])('%s', (_, options, expected) => {
    expect(logEndpoints(desiredOf(options))).toEqual(expected);
  });
});

describe.each([
  [
    'formatNodeLogs',
    formatNodeLogs(desiredOf({ hosts: '10.10.10.10: { infra_seq: 1, nodename: "a-1" }' })),
    ['.ip = "10.10.10.10"', '.ins = "a-1"', '.job = "syslog"'],
  ],
  ['formatNginxLogs', formatNginxLogs(desiredOf(), 7), ['.ip = "10.10.10.10"', '.ins = "nginx-7"', '.job = "nginx"']],
])('%s', (_, text, identity) => {
  const { sources, transforms } = logs.parse(parse(text));

  it('transforms what it reads, and nothing else', () => {
    expect(
      Object.values(transforms)
        .flatMap((one) => one.inputs)
        .sort(),
    ).toEqual(Object.keys(sources).sort());
  });

  it('says of every line whose it is', () => {
    expect(Object.keys(transforms).length).toBeGreaterThan(0);
    for (const one of Object.values(transforms)) expect(one.source.split('\n')).toEqual(expect.arrayContaining(identity));
  });
});

it('a journal is read from its beginning, or from now on', () => {
  const since = (vars: string) => logs.parse(parse(formatNodeLogs(desiredOf({ vars })))).sources.syslog_raw;
  expect(since('')).toMatchObject({ type: 'journald', since_now: false });
  expect(since('vector_read_from: end')).toMatchObject({ since_now: true });
});
