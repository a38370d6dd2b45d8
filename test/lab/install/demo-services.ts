/**
 * Two small components for tests of the engine: Nginx from the bundle with a site of ours, and a unit of our own that writes nothing and
 * sleeps.
 */
import type { Service, ServicePlan, Step } from '../../../src/install/contract/declaration.ts';

/** What the tests vary. */
export interface DemoParams {
  readonly greeting: string;
  /** Refused by `nginx -t` when it is no configuration. */
  readonly extra: string;
  /** More files of every sort, and one more unit. */
  readonly more?: boolean;
}

const RELOAD_NGINX = { kind: 'unit', unit: 'nginx.service', action: 'reload' } as const;

const nginx: Service<DemoParams> = {
  name: 'nginx',
  phase: 'infra',
  plan: ({ params }): ServicePlan => ({
    steps: [
      { kind: 'group', name: 'nginx' },
      { kind: 'user', name: 'nginx', group: 'nginx', home: '/var/cache/nginx', shell: '/usr/sbin/nologin' },
      { kind: 'packages', names: ['nginx'] },
      { kind: 'absent', path: '/etc/nginx/sites-enabled/default', notify: [RELOAD_NGINX] },
      { kind: 'file', path: '/etc/nginx/conf.d/demo.conf', content: site(params), notify: [RELOAD_NGINX] },
      ...(params.more === true
        ? [{ kind: 'file', path: '/etc/nginx/conf.d/more.conf', content: 'server_tokens off;\n', notify: [RELOAD_NGINX] } as const]
        : []),
      { kind: 'directory', path: '/www/demo', mode: 0o755, owner: 'root', group: 'nginx' },
      { kind: 'file', path: '/www/demo/index.html', content: `${params.greeting}\n` },
      { kind: 'check', id: 'nginx -t', argv: ['nginx', '-t'], covers: ['/etc/nginx/'] },
      { kind: 'unit', name: 'nginx.service', enabled: true, active: true },
    ],
    probes: [
      { id: 'demo', component: 'nginx', kind: 'http', url: 'http://127.0.0.1/demo/', contains: params.greeting, withinMs: 120_000 },
      { id: 'repository', component: 'nginx', kind: 'http', url: 'http://127.0.0.1/pigsty/repo_complete', withinMs: 120_000 },
    ],
    ports: [{ port: 80, protocol: 'tcp', holders: ['nginx'] }],
    urls: [{ name: 'Demo', url: 'http://i.pigsty/demo/' }],
  }),
};

const sleeper: Service<DemoParams> = {
  name: 'sleeper',
  phase: 'node',
  plan: ({ params }): ServicePlan => ({
    steps: [
      { kind: 'file', path: '/etc/sleeper/token', content: `secret-${params.greeting}`, mode: 0o600, secret: true },
      {
        kind: 'file',
        path: '/etc/systemd/system/sleeper.service',
        content: `[Unit]\nDescription=${params.greeting}\n[Service]\nExecStart=/bin/sleep infinity\n[Install]\nWantedBy=multi-user.target\n`,
        notify: [{ kind: 'unit', unit: 'sleeper.service', action: 'restart' }],
      },
      { kind: 'unit', name: 'sleeper.service', enabled: true, active: true },
      ...(params.more === true ? MORE : []),
      { kind: 'unit', name: 'absent-thing.service', enabled: false, active: false, masked: true },
    ],
    probes: [
      { id: 'sleeper', component: 'sleeper', kind: 'command', argv: ['systemctl', 'is-active', 'sleeper.service'], withinMs: 120_000 },
    ],
  }),
};

const MORE: readonly Step[] = [
  { kind: 'file', path: '/etc/issue', content: 'ours\n' },
  {
    kind: 'file',
    path: '/etc/systemd/system/sleeper.service.d/more.conf',
    content: '[Service]\nNice=5\n',
    notify: [{ kind: 'unit', unit: 'sleeper.service', action: 'restart' }],
  },
  {
    kind: 'file',
    path: '/etc/systemd/system/passing.service',
    content: '[Service]\nExecStart=/bin/sleep infinity\n[Install]\nWantedBy=multi-user.target\n',
    notify: [{ kind: 'unit', unit: 'passing.service', action: 'restart' }],
  },
  { kind: 'unit', name: 'passing.service', enabled: true, active: true },
];

function site({ extra }: DemoParams): string {
  return `server {\n  listen 80 default_server;\n  root /www;\n  ${extra}\n}\n`;
}

export const DEMO_SERVICES: readonly Service<DemoParams>[] = [sleeper, nginx];
