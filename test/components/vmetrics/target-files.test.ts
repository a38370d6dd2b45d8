import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { targetFiles } from '../../../src/components/vmetrics/target-files.ts';
import { parseInventory } from '../../../src/config/inventory/inventory.ts';
import { type ComponentOptions, desiredOf, TWO_INFRA_HOSTS, WITH_NODE, without } from '../component-lab.ts';

interface Group {
  readonly labels: Readonly<Record<string, string>>;
  readonly targets: readonly string[];
}

function targetsOf(path: string, options: ComponentOptions = {}): readonly Group[] {
  const file = targetFiles(desiredOf(options)).find((one) => one.path === path);
  if (file === undefined) throw new Error(`no file ${path}`);
  return parse(file.content) as Group[];
}

describe('targetFiles', () => {
  it('have each component of an INFRA host with its labels', () => {
    const groups = targetsOf('infra/infra-1.yml');
    expect(groups).toContainEqual({ labels: { ip: '10.10.10.10', ins: 'grafana-1', cls: 'grafana' }, targets: ['127.0.0.1:3000'] });
    expect(groups).toContainEqual({ labels: { ip: '10.10.10.10', ins: 'nginx-1', cls: 'nginx' }, targets: ['127.0.0.1:9113'] });
  });

  it('name INFRA hosts by address when they scrape each other, each with its own ports', () => {
    const options = { hosts: TWO_INFRA_HOSTS.replace('infra_seq: 2', 'infra_seq: 2, vmetrics_port: 9000') };
    const of = (path: string) => targetsOf(path, options).find((group) => group.labels.cls === 'vmetrics')?.targets;
    expect(of('infra/infra-1.yml')).toEqual(['10.10.10.10:8428']);
    expect(of('infra/infra-2.yml')).toEqual(['10.10.10.11:9000']);
  });

  it('leave out what is switched off or not in the bundle', () => {
    const classes = targetsOf('infra/infra-1.yml', { vars: 'vmalert_enabled: no', change: without('grafana') }).map(
      (one) => one.labels.cls,
    );
    expect(classes).toContain('vmetrics');
    expect(classes).not.toContain('vmalert');
    expect(classes).not.toContain('grafana');
  });

  it('have the agents of every host, and its address to ping', () => {
    const inventory = parseInventory(WITH_NODE, 'x');
    const labels = { ip: '10.10.10.20', ins: 'node-10-10-10-20', cls: 'nodes' };
    expect(targetsOf('node/10.10.10.20.yml', { inventory })).toEqual([
      { labels, targets: ['10.10.10.20:9100', '10.10.10.20:9101', '10.10.10.20:9598'] },
    ]);
    expect(targetsOf('ping/10.10.10.20.yml', { inventory })).toEqual([{ labels, targets: ['10.10.10.20'] }]);
  });

  it('have no file of agents for a host without any', () => {
    const vars = 'node_exporter_enabled: no, haproxy_enabled: no, vector_enabled: no';
    expect(targetFiles(desiredOf({ vars })).map(({ path }) => path)).toEqual(['infra/infra-1.yml', 'ping/10.10.10.10.yml']);
  });

  it('have names that are file names also for IPv6', () => {
    const paths = targetFiles(desiredOf({ hosts: '"fd00::10": { infra_seq: 1 }' })).map(({ path }) => path);
    expect(paths).toContain('ping/fd00__10.yml');
  });
});
