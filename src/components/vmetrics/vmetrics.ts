/** VictoriaMetrics, single node: stores metrics and scrapes them itself (https://docs.victoriametrics.com/). */

import { type Service, type Step, TEMP_FILE } from '../../install/contract/declaration.ts';
import type { HostParams } from '../../install/contract/desired.ts';
import { splitOptions } from '../../template/systemd-unit.ts';
import { infraBaseSteps, userSteps } from '../kit/base-steps.ts';
import { infraEntryOf } from '../kit/component-entry.ts';
import { daemonSteps, MAX_FILES } from '../kit/daemon-steps.ts';
import { httpProbe } from '../kit/http-probe.ts';
import { infraListen } from '../kit/listen-address.ts';
import { tcpClaim } from '../kit/tcp-claim.ts';
import { reloadOf, unitOf } from '../kit/unit-step.ts';
import { formatScrapeConfig } from './scrape-config.ts';
import { TARGET_DIRECTORIES, targetFiles } from './target-files.ts';

export const vmetrics: Service<HostParams> = {
  name: 'vmetrics',
  phase: 'infra',
  plan(desired) {
    const { params } = desired;
    const entry = infraEntryOf(desired, 'vmetrics');
    if (entry === null || entry.binary === null) return null;
    const listen = infraListen(desired, params.vmetrics_port);
    const unit = unitOf(entry, 'vmetrics');
    const owned = { owner: entry.user, group: 'infra' } as const;
    const steps: Step[] = [
      ...infraBaseSteps(desired),
      ...userSteps(entry.user, '/infra', ['infra']),
      { kind: 'directory', path: '/infra/metrics', mode: 0o750, ...owned },
      { kind: 'directory', path: '/infra/targets', mode: 0o750, ...owned },
      ...TARGET_DIRECTORIES.map((name): Step => ({ kind: 'directory', path: `/infra/targets/${name}`, mode: 0o750, ...owned })),
      {
        kind: 'file',
        path: '/infra/prometheus.yml',
        content: formatScrapeConfig(desired),
        ...owned,
        validate: [entry.binary, '-dryRun', '-promscrape.config.strictParse', '-promscrape.config', TEMP_FILE],
        notify: reloadOf(unit),
      },
      // No reload: VictoriaMetrics looks for changed target files every few seconds.
      ...targetFiles(desired).map(
        ({ path, content }): Step => ({ kind: 'file', path: `/infra/targets/${path}`, content, mode: 0o640, ...owned }),
      ),
      ...daemonSteps({
        component: 'vmetrics',
        entry,
        description: 'VictoriaMetrics, time series database',
        options: [
          '-storageDataPath=/infra/metrics',
          `-httpListenAddr=${listen}`,
          '-promscrape.config=/infra/prometheus.yml',
          ...splitOptions(params.vmetrics_options),
        ],
        user: entry.user,
        group: entry.user,
        isEnabled: params.vmetrics_enabled,
        writable: ['/infra/metrics'],
        maxFiles: MAX_FILES,
        settings: [
          ['OOMScoreAdjust', '-1000'],
          ['TimeoutStartSec', '120s'],
          ['TimeoutStopSec', '120s'],
        ],
      }),
    ];
    if (!params.vmetrics_enabled) return { steps };
    return { steps, probes: [httpProbe('vmetrics', listen, '/health', 'OK')], ports: [tcpClaim(listen, entry)] };
  },
};
