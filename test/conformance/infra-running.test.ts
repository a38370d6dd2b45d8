/**
 * The real daemons, run with exactly the options of our units, work together: scraping, recording, firing, probing. Other ports, no
 * systemd.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseInventory } from '../../src/config/inventory/inventory.ts';
import { splitOptions } from '../../src/template/systemd-unit.ts';
import { freePorts } from '../lab/free-ports.ts';
import { missingPrograms, type RenderedRoot, renderRoot } from '../support/rendered-root.ts';

const [vmetrics = 0, vmalert = 0, alertmanager = 0, blackbox = 0, nodeExporter = 0, nobody = 0] = await freePorts(6);
const PORTS = { vmetrics, vmalert, alertmanager, blackbox, node_exporter: nodeExporter } as const;

const CONFIG = `
all:
  children: { infra: { hosts: { 10.10.10.10: { infra_seq: 1 } } } }
  vars:
    vmetrics_port: ${PORTS.vmetrics}
    vmalert_port: ${PORTS.vmalert}
    alertmanager_port: ${PORTS.alertmanager}
    blackbox_port: ${PORTS.blackbox}
    node_exporter_port: ${PORTS.node_exporter}
    vmetrics_scrape_interval: 1s
    vmetrics_scrape_timeout: 1s
    vmetrics_options: -retentionPeriod=15d -promscrape.fileSDCheckInterval=1s -search.latencyOffset=1s
    node_exporter_options: '--no-collector.nvme --collector.tcpstat'
    haproxy_enabled: false
    nginx_exporter_enabled: false
`;

const PROGRAMS = {
  vmetrics: '/usr/bin/victoria-metrics',
  vmalert: '/usr/bin/vmalert',
  alertmanager: '/usr/bin/prometheus-alertmanager',
  blackbox_exporter: '/usr/bin/prometheus-blackbox-exporter',
  node_exporter: '/usr/bin/prometheus-node-exporter',
} as const;

const missing = missingPrograms(...Object.values(PROGRAMS));

describe.skipIf(missing.length > 0)(`INFRA runs ${missing.join(' ')}`, () => {
  let root: RenderedRoot;
  const running: ChildProcess[] = [];
  const said = new Map<string, string>();

  beforeAll(async () => {
    root = await renderRoot('running', { inventory: parseInventory(CONFIG, 'running.yml') });
    // A target nobody answers for, and a rule that need not wait a minute.
    writeFileSync(
      root.at('/infra/targets/infra/gone.yml'),
      `- { labels: { ip: 10.10.10.10, ins: gone-1, cls: gone }, targets: ["127.0.0.1:${nobody}"] }\n`,
    );
    const rules = readFileSync(root.at('/infra/rules/infra.yml'), 'utf8');
    writeFileSync(root.at('/infra/rules/infra.yml'), rules.replaceAll('for: 1m', 'for: 0s'));
    for (const [name, program] of Object.entries(PROGRAMS)) start(name, program);
  });

  afterAll(async () => {
    const ended = running.map((child) => new Promise((resolve) => child.once('close', resolve)));
    for (const child of running) child.kill('SIGTERM');
    await Promise.all(ended);
    root.remove();
  });

  function start(name: string, program: string): void {
    const text = readFileSync(root.at(`/etc/default/${name}`), 'utf8');
    const value = /_OPTS="((?:[^"\\]|\\.)*)"/.exec(text)?.[1]?.replaceAll(/\\(["\\`$])/g, '$1') ?? '';
    const child = spawn(program, splitOptions(value), { stdio: ['ignore', 'pipe', 'pipe'] });
    child.stderr.on('data', (chunk: Buffer) => said.set(name, `${said.get(name) ?? ''}${chunk}`.slice(-4000)));
    running.push(child);
  }

  /** Asks until `ok` or three minutes are over; the last answer is in the failure. */
  async function eventually(url: string, ok: (body: string) => boolean): Promise<string> {
    let last = '';
    for (let i = 0; i < 900; i++) {
      last = await fetch(url).then(
        (response) => response.text(),
        (error: unknown) => String(error),
      );
      if (ok(last)) return last;
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
    throw new Error(`${url}: ${last.slice(0, 1000)}\n${[...said].map(([name, text]) => `${name}: ${text.slice(-600)}`).join('\n')}`);
  }

  const query = (expr: string): string => `http://127.0.0.1:${PORTS.vmetrics}/api/v1/query?query=${encodeURIComponent(expr)}`;
  const hasSeries = (count: number) => (body: string) => body.startsWith('{') && JSON.parse(body).data.result.length >= count;

  it('scrapes itself, its neighbours and the host', async () => {
    await eventually(query('up == 1'), hasSeries(5));
    const body = await eventually(query('up{job="infra"} == 1'), hasSeries(4));
    const names = (JSON.parse(body).data.result as { metric: { ins: string; ip: string } }[]).map(
      ({ metric }) => `${metric.ins}@${metric.ip}`,
    );
    expect(names.sort()).toEqual([
      'alertmanager-1@10.10.10.10',
      'blackbox-1@10.10.10.10',
      'vmalert-1@10.10.10.10',
      'vmetrics-1@10.10.10.10',
    ]);
  });

  it('records what dashboards show', async () => {
    await eventually(query('node:ins:cpu_count'), hasSeries(1));
    await eventually(query('node:ins:mem_usage'), hasSeries(1));
    await eventually(query('node:fs:space_usage'), hasSeries(1));
  });

  it('probes through the blackbox exporter', async () => {
    await eventually(query('probe_success{job="ping"}'), hasSeries(1));
  });

  it('fires an alert that reaches Alertmanager', async () => {
    const body = await eventually(`http://127.0.0.1:${PORTS.alertmanager}/api/v2/alerts`, (text) => text.includes('gone-1'));
    const alerts = JSON.parse(body) as { labels: Record<string, string> }[];
    expect(alerts.find((alert) => alert.labels.ins === 'gone-1')?.labels).toMatchObject({
      alertname: 'InfraDown',
      severity: 'CRIT',
      category: 'infra',
    });
  });
});
