import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { formatScrapeConfig } from '../../../src/components/vmetrics/scrape-config.ts';
import { TARGET_DIRECTORIES } from '../../../src/components/vmetrics/target-files.ts';
import { desiredOf } from '../component-lab.ts';

const config = z.object({
  global: z.object({ scrape_interval: z.string(), scrape_timeout: z.string() }),
  scrape_configs: z.array(
    z.looseObject({
      job_name: z.string(),
      file_sd_configs: z.tuple([z.object({ files: z.tuple([z.string()]) })]),
    }),
  ),
});
const read = (vars = '') => config.parse(parse(formatScrapeConfig(desiredOf({ vars }))));

describe('formatScrapeConfig', () => {
  it('looks into every directory of targets there is, and into no other', () => {
    const files = read().scrape_configs.map((job) => job.file_sd_configs[0].files[0]);
    expect(files.sort()).toEqual(TARGET_DIRECTORIES.map((name) => `/infra/targets/${name}/*.yml`).sort());
  });

  it('takes times, the exporters’ path and the port of the prober from the configuration', () => {
    const { global, scrape_configs: jobs } = read(
      'vmetrics_scrape_interval: 30s, vmetrics_scrape_timeout: 20s, exporter_metrics_path: /m, blackbox_port: 9200',
    );
    expect(global).toEqual({ scrape_interval: '30s', scrape_timeout: '20s' });
    expect(jobs.find((job) => job.job_name === 'node')).toMatchObject({ metrics_path: '/m' });
    expect(JSON.stringify(jobs.find((job) => job.job_name === 'ping'))).toContain('"replacement":"127.0.0.1:9200"');
  });

  it('shows the certificate of INFRA where targets ask for one', () => {
    const etcd = read().scrape_configs.find((job) => job.job_name === 'etcd');
    expect(etcd).toMatchObject({ scheme: 'https', tls_config: { cert_file: '/etc/pki/infra.crt', key_file: '/etc/pki/infra.key' } });
  });
});
