/**
 * HAProxy on every host: admin page and metrics on one port (https://docs.haproxy.org/2.6/configuration.html). Pigsty adds services as
 * files of their own.
 */
import { AppError } from '../../base/errors.ts';
import { type Service, type Step, TEMP_FILE } from '../../install/contract/declaration.ts';
import type { Desired, HostParams } from '../../install/contract/desired.ts';
import { formatLineFile } from '../../template/line-file.ts';
import { formatExec, formatUnit } from '../../template/systemd-unit.ts';
import { installSteps, userSteps } from '../kit/base-steps.ts';
import { entryOf } from '../kit/component-entry.ts';
import { haproxyPath } from '../kit/haproxy-path.ts';
import { httpProbe } from '../kit/http-probe.ts';
import { nodeListen } from '../kit/listen-address.ts';
import { openPortSteps } from '../kit/open-port-steps.ts';
import { tcpClaim } from '../kit/tcp-claim.ts';
import { reloadOf, restartOf, unitOf, unitStep } from '../kit/unit-step.ts';

export const haproxy: Service<HostParams> = {
  name: 'haproxy',
  phase: 'node-monitor',
  plan(desired, facts) {
    const entry = entryOf(desired, 'haproxy');
    if (entry === null || entry.binary === null) return null;
    const { params } = desired;
    const unit = unitOf(entry, 'haproxy');
    const listen = nodeListen(desired, facts, params.haproxy_exporter_port);
    const steps: Step[] = [
      ...userSteps(entry.user, '/var/lib/haproxy', []),
      ...installSteps(entry, restartOf(unit)),
      { kind: 'directory', path: '/etc/haproxy', mode: 0o755 },
      { kind: 'directory', path: '/etc/haproxy/conf.d', mode: 0o700 },
      {
        kind: 'file',
        path: '/etc/haproxy/haproxy.cfg',
        content: formatHaproxyConfig(desired, listen, entry.user),
        mode: 0o600,
        secret: true,
        validate: [entry.binary, '-q', '-c', '-f', TEMP_FILE],
        notify: reloadOf(unit),
      },
      { kind: 'file', path: `/etc/systemd/system/${unit}`, content: unitText(entry.binary), notify: restartOf(unit) },
      unitStep(unit, params.haproxy_enabled),
    ];
    if (!params.haproxy_enabled) return { steps };
    return {
      steps: desired.hosts.length > 1 ? [...steps, ...openPortSteps(facts, params.haproxy_exporter_port, 'tcp')] : steps,
      probes: [httpProbe('haproxy', listen, params.exporter_metrics_path, 'haproxy_')],
      ports: [tcpClaim(listen, entry)],
    };
  },
};

/** Text of haproxy.cfg. The password is not hashed: HAProxy would compute the hash on every request, and only root reads the file. */
export function formatHaproxyConfig(desired: Desired, listen: string, user: string): string {
  const { params, host } = desired;
  const password = params.haproxy_admin_password ?? desired.secrets.haproxy_admin_password ?? '';
  return formatLineFile('Written by pigsty-install. Services are files below /etc/haproxy/conf.d.', [
    'global',
    `    user ${user}`,
    `    group ${user}`,
    `    node ${host.nodename}`,
    '    stats socket /run/haproxy.sock mode 600 level admin',
    '',
    'defaults',
    '    mode tcp',
    '    retries 3',
    '    timeout queue 3s',
    '    timeout connect 3s',
    '    timeout check 3s',
    '    timeout client 24h',
    '    timeout server 24h',
    '',
    'userlist STATS_USERS',
    `    user ${params.haproxy_admin_username} insecure-password ${quoteWord(password)}`,
    '',
    'listen stats',
    `    bind ${listen.startsWith(':') ? `*${listen}` : listen}`,
    '    mode http',
    `    http-request use-service prometheus-exporter if { path ${params.exporter_metrics_path} }`,
    '    acl is_admin http_auth(STATS_USERS)',
    `    http-request auth realm haproxy if !is_admin`,
    '    stats enable',
    '    stats hide-version',
    '    stats refresh 30s',
    '    stats show-node',
    `    stats uri ${haproxyPath(host.nodename)}`,
    '    stats admin if is_admin',
  ]);
}

/** Single quotes keep every character (configuration manual, 2.2). A quote inside is written outside of them, escaped. */
function quoteWord(text: string): string {
  if (/[\u0000-\u001f\u007f]/.test(text)) throw new AppError('CONFIG_INVALID', 'haproxy_admin_password holds a control character');
  return `'${text.replaceAll("'", "'\\''")}'`;
}

function unitText(binary: string): string {
  const files = ['-f', '/etc/haproxy/haproxy.cfg', '-f', '/etc/haproxy/conf.d'];
  return formatUnit('Written by pigsty-install.', [
    {
      name: 'Unit',
      settings: [
        ['Description', 'HAProxy, load balancer'],
        ['After', 'network-online.target'],
        ['Wants', 'network-online.target'],
      ],
    },
    {
      name: 'Service',
      settings: [
        ['Type', 'notify'],
        ['EnvironmentFile', '-/etc/default/haproxy'],
        ['ExecStartPre', formatExec([binary, '-q', '-c', ...files])],
        ['ExecStart', formatExec([binary, '-Ws', ...files, '-p', '/run/haproxy.pid'])],
        ['ExecReload', formatExec([binary, '-q', '-c', ...files])],
        ['ExecReload', '/bin/kill -USR2 $MAINPID'],
        ['KillMode', 'mixed'],
        ['SuccessExitStatus', '143'],
        ['Restart', 'always'],
        ['RestartSec', '5s'],
        // HAProxy derives its limit of connections from this: about 65,000, fewer where the host allows fewer files. With a fixed maxconn
        // it would not start there.
        ['LimitNOFILE', '131200'],
        ['ProtectHome', 'yes'],
        ['ProtectKernelTunables', 'yes'],
        ['ProtectKernelModules', 'yes'],
        ['ProtectControlGroups', 'yes'],
      ],
    },
    { name: 'Install', settings: [['WantedBy', 'multi-user.target']] },
  ]);
}
