/** The real programs' own checks accept every configuration we write for them. */
import { afterAll, describe, expect, it } from 'vitest';
import { runCommand } from '../lab/hosts/run-command.ts';
import { INVENTORY_NAMES } from '../support/desired-lab.ts';
import { missingPrograms, type RenderedRoot, renderRoot } from '../support/rendered-root.ts';

interface Validator {
  readonly program: string;
  readonly argv: (root: RenderedRoot) => readonly string[];
}

const VALIDATORS: Readonly<Record<string, Validator>> = {
  'VictoriaMetrics: scrape config': {
    program: '/usr/bin/victoria-metrics',
    argv: (root) => ['-dryRun', '-promscrape.config.strictParse', '-promscrape.config', root.at('/infra/prometheus.yml')],
  },
  'promtool: scrape config': { program: '/usr/bin/promtool', argv: (root) => ['check', 'config', root.at('/infra/prometheus.yml')] },
  'promtool: rules for INFRA': { program: '/usr/bin/promtool', argv: (root) => ['check', 'rules', root.at('/infra/rules/infra.yml')] },
  'promtool: rules for NODE': { program: '/usr/bin/promtool', argv: (root) => ['check', 'rules', root.at('/infra/rules/node.yml')] },
  'vmalert: rules': { program: '/usr/bin/vmalert', argv: (root) => ['-dryRun', '-rule', root.at('/infra/rules/*.yml')] },
  'amtool: Alertmanager': { program: '/usr/bin/amtool', argv: (root) => ['check-config', root.at('/etc/alertmanager.yml')] },
  'blackbox exporter': {
    program: '/usr/bin/prometheus-blackbox-exporter',
    argv: (root) => ['--config.check', '--config.file', root.at('/etc/blackbox.yml')],
  },
  dnsmasq: { program: '/usr/sbin/dnsmasq', argv: (root) => ['--test', '-C', root.at('/etc/dnsmasq.conf')] },
  chronyd: { program: '/usr/sbin/chronyd', argv: (root) => ['-p', '-f', root.at('/etc/chrony/chrony.conf')] },
  haproxy: {
    program: '/usr/sbin/haproxy',
    argv: (root) => ['-c', '-f', root.at('/etc/haproxy/haproxy.cfg'), '-f', root.at('/etc/haproxy/conf.d')],
  },
};

describe.each(INVENTORY_NAMES)('for the inventory "%s"', (inventory) => {
  const made: RenderedRoot[] = [];
  afterAll(() => {
    for (const root of made) root.remove();
  });
  const rootOf = async (): Promise<RenderedRoot> => {
    const [first] = made;
    if (first !== undefined) return first;
    const root = await renderRoot(inventory);
    made.push(root);
    return root;
  };

  for (const [name, { program, argv }] of Object.entries(VALIDATORS)) {
    it.skipIf(missingPrograms(program).length > 0)(`${name} is accepted`, async () => {
      const result = await runCommand([program, ...argv(await rootOf())]);
      expect(result.status, `${result.stdout}\n${result.stderr}`).toBe(0);
    });
  }
});

describe('a wrong file', () => {
  it.skipIf(missingPrograms('/usr/bin/victoria-metrics').length > 0)('is refused by the check the plan carries', async () => {
    const root = await renderRoot('default');
    const result = await runCommand([
      '/usr/bin/victoria-metrics',
      '-dryRun',
      '-promscrape.config.strictParse',
      '-promscrape.config',
      root.at('/etc/blackbox.yml'),
    ]);
    root.remove();
    expect(result.status).not.toBe(0);
  });
});
