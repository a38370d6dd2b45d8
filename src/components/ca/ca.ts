/**
 * The local certificate authority (CA) on every host: its certificate in /etc/pki and in the trust store of the system. INFRA hosts also
 * get a certificate to scrape with, the admin host the key of the CA. Keys and certificates are made in `install/desired`; here they are
 * only placed.
 */

import type { FileStep, Handler, Service, Step } from '../../install/contract/declaration.ts';
import type { HostParams } from '../../install/contract/desired.ts';
import { KEPT_CA_CERT, KEPT_CA_KEY, KEPT_INFRA_CERT, KEPT_INFRA_KEY, KEPT_PKI_DIRECTORY } from '../../install/state/pki-paths.ts';

const UPDATE_TRUST = 'update the trust store';

/**
 * Builds the trust store from nothing. An update that was killed leaves a half-written file, to which the next update would append, and
 * links, which the next update would take for complete.
 */
const REBUILD_DEBIAN = ['sh', '-c', 'rm -f /etc/ssl/certs/ca-certificates.crt.new; exec update-ca-certificates --fresh'] as const;

export const ca: Service<HostParams> = {
  name: 'ca',
  phase: 'ca',
  plan(desired) {
    const { pki } = desired;
    const notify: Handler[] = [{ kind: 'command', id: UPDATE_TRUST }];
    const isRpm = desired.bundle.family === 'rpm';
    const anchor = isRpm ? '/etc/pki/ca-trust/source/anchors/ca.crt' : '/usr/local/share/ca-certificates/pigsty-ca.crt';
    const steps: Step[] = [
      // Readable by all: apt reads keys of the repository in there as a user of its own. Secret files in it have modes of their own.
      { kind: 'directory', path: '/etc/pigsty', mode: 0o755 },
      { kind: 'directory', path: KEPT_PKI_DIRECTORY, mode: 0o700 },
      { kind: 'directory', path: '/etc/pki' },
      { kind: 'file', path: '/etc/pki/ca.crt', content: pki.caCert },
      // A file, not a link: the trust store must not depend on who may change /etc/pki.
      { kind: 'file', path: anchor, content: pki.caCert, notify },
      { kind: 'file', path: KEPT_CA_CERT, content: pki.caCert },
      ...(pki.caKey === undefined ? [] : [secretFile(KEPT_CA_KEY, pki.caKey)]),
      {
        kind: 'command',
        id: UPDATE_TRUST,
        argv: isRpm ? ['update-ca-trust', 'extract'] : REBUILD_DEBIAN,
        when: { kind: 'notified' },
        undo: isRpm ? ['update-ca-trust', 'extract'] : REBUILD_DEBIAN,
        // A minimal host may lack the tool; nothing of ours depends on the system's store.
        tolerant: true,
      },
      ...(pki.infraCert === undefined || pki.infraKey === undefined ? [] : infraCertificateSteps(pki.infraCert, pki.infraKey)),
    ];
    return { steps, secrets: pki.caKey === undefined ? [] : [{ name: 'CA key', path: KEPT_CA_KEY }] };
  },
};

function infraCertificateSteps(cert: string, key: string): Step[] {
  return [
    { kind: 'group', name: 'infra' },
    { kind: 'file', path: KEPT_INFRA_CERT, content: cert },
    secretFile(KEPT_INFRA_KEY, key),
    { kind: 'file', path: '/etc/pki/infra.crt', content: cert, group: 'infra' },
    { kind: 'file', path: '/etc/pki/infra.key', content: key, group: 'infra', mode: 0o640, secret: true },
  ];
}

function secretFile(path: string, content: string): FileStep {
  return { kind: 'file', path, content, mode: 0o600, secret: true };
}
