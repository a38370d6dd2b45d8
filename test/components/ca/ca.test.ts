import { describe, expect, it } from 'vitest';
import { ca } from '../../../src/components/ca/ca.ts';
import { TEXT_PKI } from '../../support/desired-lab.ts';
import { fileOf, pathsOf, planOf, stepsOf, textOf } from '../component-lab.ts';

const ANCHOR_DEB = '/usr/local/share/ca-certificates/pigsty-ca.crt';
const ANCHOR_RPM = '/etc/pki/ca-trust/source/anchors/ca.crt';

describe('ca', () => {
  it.each([
    ['Debian', 'd12', ANCHOR_DEB, 'update-ca-certificates'],
    ['EL', 'el9', ANCHOR_RPM, 'update-ca-trust'],
  ] as const)('is trusted by the system on %s, a change updating the trust store once', (_, distro, anchor, program) => {
    const plan = planOf(ca, { distro });
    expect(textOf(plan, anchor)).toBe(TEXT_PKI.caCert);
    const [command, ...more] = stepsOf(plan.steps, 'command');
    expect(more).toEqual([]);
    expect(command?.argv.join(' ')).toContain(program);
    expect(command).toMatchObject({ when: { kind: 'notified' }, tolerant: true });
    expect(fileOf(plan, anchor).notify).toEqual([{ kind: 'command', id: command?.id }]);
  });

  it('keeps its key on the admin host, for root alone, and says where', () => {
    const plan = planOf(ca);
    expect(fileOf(plan, '/etc/pigsty/pki/ca.key')).toMatchObject({ mode: 0o600, secret: true, content: TEXT_PKI.caKey });
    expect(plan.secrets).toEqual([{ name: 'CA key', path: '/etc/pigsty/pki/ca.key' }]);
  });

  it('is a certificate only on every other host', () => {
    const plan = planOf(ca, { pki: { caCert: TEXT_PKI.caCert } });
    expect(pathsOf(plan).sort()).toEqual(['/etc/pigsty/pki/ca.crt', '/etc/pki/ca.crt', ANCHOR_DEB]);
    expect(plan.secrets).toEqual([]);
    expect(stepsOf(plan.steps, 'group')).toEqual([]);
  });

  it('gives INFRA a certificate to scrape with, which the group infra may read', () => {
    const plan = planOf(ca);
    expect(fileOf(plan, '/etc/pki/infra.crt')).toMatchObject({ group: 'infra', content: TEXT_PKI.infraCert });
    expect(fileOf(plan, '/etc/pki/infra.key')).toMatchObject({ group: 'infra', mode: 0o640, secret: true, content: TEXT_PKI.infraKey });
  });
});
