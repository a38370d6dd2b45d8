/** nginx: the portal. Everything INFRA has is reached through it, and the package repository is served by it. */
import type { HostFacts } from '../../facts/types.ts';
import type { ComponentEntry, FileStep, Probe, Service, ServicePlan, Step } from '../../install/contract/declaration.ts';
import type { Desired, HostParams } from '../../install/contract/desired.ts';
import { KEPT_NGINX_CERT, KEPT_NGINX_KEY } from '../../install/state/pki-paths.ts';
import { formatHtpasswd } from '../../template/htpasswd.ts';
import { formatNginxConfig } from '../../template/nginx-config.ts';
import { installSteps, userSteps } from '../kit/base-steps.ts';
import { infraEntryOf } from '../kit/component-entry.ts';
import { componentMounts } from '../kit/component-mounts.ts';
import { bracketed } from '../kit/listen-address.ts';
import { openPortSteps } from '../kit/open-port-steps.ts';
import { portalUrl } from '../kit/portal-url.ts';
import { reloadOf, restartOf, unitOf, unitStep } from '../kit/unit-step.ts';
import { haproxyFiles } from './haproxy-files.ts';
import { homeServer } from './home-server.ts';
import { mainConfig } from './main-config.ts';
import { portalPages } from './portal-pages.ts';
import { portalServer } from './portal-server.ts';
import { selinuxSteps } from './selinux-steps.ts';
import { CERTIFICATE_DIRECTORY, HTPASSWD } from './server-directives.ts';

const CONF_D = '/etc/nginx/conf.d';

export const nginx: Service<HostParams> = {
  name: 'nginx',
  phase: 'infra',
  plan(desired, facts) {
    const entry = infraEntryOf(desired, 'nginx');
    if (entry === null) return null;
    const unit = unitOf(entry, 'nginx');
    const { params } = desired;
    const steps: Step[] = [
      ...userSteps(entry.user, '/var/cache/nginx', []),
      ...installSteps(entry, restartOf(unit)),
      ...directorySteps(desired, entry),
      ...configSteps(desired, entry, unit),
      ...certificateSteps(desired, entry, unit),
      ...pageSteps(desired),
      ...selinuxSteps(facts, [params.nginx_data]),
      {
        kind: 'check',
        id: 'nginx -t',
        argv: [entry.binary ?? 'nginx', '-t', '-q'],
        covers: ['/etc/nginx/nginx.conf', `${CONF_D}/`, HTPASSWD],
      },
      unitStep(unit, params.nginx_enabled),
    ];
    return params.nginx_enabled ? withOutside(desired, facts, steps) : { steps };
  },
};

/** What others see of it: open ports, probes, addresses. */
function withOutside(desired: Desired, facts: HostFacts, steps: readonly Step[]): ServicePlan {
  const { params } = desired;
  const ports = params.nginx_sslmode === 'disable' ? [params.nginx_port] : [params.nginx_port, params.nginx_ssl_port];
  const hasHome = params.infra_portal.home?.domain !== undefined;
  return {
    steps: [...steps, ...ports.flatMap((port) => openPortSteps(facts, port, 'tcp'))],
    ports: ports.map((port) => ({ port, protocol: 'tcp', holders: ['nginx'] })),
    probes: hasHome ? portalProbes(desired) : [],
    urls: hasHome
      ? [
          { name: 'Portal', url: portalUrl(desired, '/') },
          ...componentMounts(desired).map(({ component, path }) => ({ name: component, url: portalUrl(desired, path) })),
          {
            name: 'Packages',
            url: `http://${bracketed(desired.host.address)}${params.nginx_port === 80 ? '' : `:${params.nginx_port}`}/${params.repo_name}`,
          },
        ]
      : [],
  };
}

function directorySteps(desired: Desired, entry: ComponentEntry): Step[] {
  const { nginx_home: home } = desired.params;
  const config = (path: string): Step => ({ kind: 'directory', path, mode: 0o750, group: entry.user });
  return [
    { kind: 'directory', path: `${home}/acme`, mode: 0o755 },
    { kind: 'directory', path: '/etc/nginx' },
    config(CONF_D),
    config(CERTIFICATE_DIRECTORY),
    config(`${CONF_D}/haproxy`),
  ];
}

function configSteps(desired: Desired, entry: ComponentEntry, unit: string): Step[] {
  const { params } = desired;
  const notify = reloadOf(unit);
  const file = (path: string, content: string): FileStep => ({ kind: 'file', path, content, notify });
  const entries = Object.entries(params.infra_portal).filter(([, one]) => one.domain !== undefined);
  const servers = entries.map(([name, one]) =>
    file(`${CONF_D}/${name}.conf`, formatNginxConfig(name === 'home' ? homeServer(desired, one) : portalServer(desired, name, one))),
  );
  // The package brings a server of this name that answers for "localhost"; Pigsty removes it too.
  const isDefaultTaken = entries.some(([name]) => name === 'default');
  return [
    file('/etc/nginx/nginx.conf', formatNginxConfig(mainConfig(entry.user))),
    ...servers,
    ...(isDefaultTaken ? [] : [{ kind: 'absent', path: `${CONF_D}/default.conf`, notify } as const]),
    ...haproxyFiles(desired).map(({ name, content }) => file(`${CONF_D}/haproxy/${name}`, content)),
    {
      kind: 'file',
      path: HTPASSWD,
      content: formatHtpasswd(params.nginx_users, desired.secrets.htpasswd_salt ?? ''),
      mode: 0o640,
      group: entry.user,
      secret: true,
    },
  ];
}

function certificateSteps(desired: Desired, entry: ComponentEntry, unit: string): Step[] {
  const { nginxCert: cert, nginxKey: key } = desired.pki;
  if (cert === undefined || key === undefined) return [];
  const notify = reloadOf(unit);
  return [
    { kind: 'file', path: KEPT_NGINX_CERT, content: cert },
    { kind: 'file', path: KEPT_NGINX_KEY, content: key, mode: 0o600, secret: true },
    { kind: 'file', path: `${CERTIFICATE_DIRECTORY}/pigsty.crt`, content: cert, group: entry.user, notify },
    { kind: 'file', path: `${CERTIFICATE_DIRECTORY}/pigsty.key`, content: key, group: entry.user, mode: 0o640, secret: true, notify },
  ];
}

/** Static content: CA certificate and pages. */
function pageSteps(desired: Desired): Step[] {
  const home = desired.params.nginx_home;
  return [
    { kind: 'file', path: `${home}/ca.crt`, content: desired.pki.caCert },
    ...portalPages(desired).map(({ name, content }): Step => ({ kind: 'file', path: `${home}/${name}`, content })),
  ];
}

/** Every mount through nginx, by address; the home page by its name over TLS too. */
function portalProbes(desired: Desired): Probe[] {
  const { params } = desired;
  const at = (path: string): string => `http://127.0.0.1:${params.nginx_port}${path}`;
  const domain = params.infra_portal.home?.domain ?? '';
  const probes: Probe[] = [
    { id: 'portal', component: 'nginx', kind: 'http', url: at('/') },
    { id: 'nginx: CA certificate', component: 'nginx', kind: 'http', url: at('/ca.crt'), contains: 'BEGIN CERTIFICATE' },
    { id: 'nginx: packages', component: 'repo', kind: 'http', url: at(`/${params.repo_name}/repo_complete`) },
    ...componentMounts(desired).map((mount): Probe => {
      const isProtected = params.infra_portal.home?.auth === true && !mount.isOpen;
      return {
        id: `${mount.component} through nginx`,
        component: mount.component,
        kind: 'http',
        url: at(`${mount.path}${mount.health}`),
        ...(isProtected ? { status: [401] } : {}),
      };
    }),
  ];
  if (params.nginx_sslmode === 'disable' || domain === '' || params.infra_portal.home?.cert !== undefined) return probes;
  const tls = { kind: 'http', connect: '127.0.0.1', caFile: '/etc/pki/ca.crt' } as const;
  const port = params.nginx_ssl_port === 443 ? '' : `:${params.nginx_ssl_port}`;
  return [...probes, { id: 'portal over TLS', component: 'nginx', url: `https://${domain}${port}/`, ...tls }];
}
