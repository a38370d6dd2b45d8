/**
 * The certificate authority and the certificates it issues (RFC 5280), with @peculiar/x509 over Node's WebCrypto. What exists and still
 * fits is retained; a certificate is issued anew when its names change, another CA signed it, its key does not belong to it, or a third
 * of its life is left at most.
 */
import { createPrivateKey, webcrypto, X509Certificate } from 'node:crypto';
import { AppError, messageOf } from '../../base/errors.ts';
import type { Pki } from '../contract/declaration.ts';
import {
  RETAINED_CA_CERT,
  RETAINED_CA_KEY,
  RETAINED_INFRA_CERT,
  RETAINED_INFRA_KEY,
  RETAINED_NGINX_CERT,
  RETAINED_NGINX_KEY,
} from '../state/retained-paths.ts';
import type { WantedCertificate, WantedCertificates } from './wanted-certificates.ts';

/** A certificate with its key, PEM. */
interface Pair {
  readonly cert: string;
  readonly key: string;
}

/** The CA the whole installation shares. */
export interface Authority {
  readonly cert: string;
  readonly key: string;
}

const DAY_SEC = 86_400;
/** Pigsty's: a hundred years. */
const CA_DAYS = 36_500;
/** Certificates begin a day ago: clocks of air-gapped hosts differ. */
const BACKDATE_SEC = DAY_SEC;
const KEY_ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256' } as const;
const SIGNING = { name: 'ECDSA', hash: 'SHA-256' } as const;

type X509 = typeof import('@peculiar/x509');

/** Loaded when needed: most commands never issue anything. */
async function loadX509(): Promise<X509> {
  await import('reflect-metadata');
  const x509 = await import('@peculiar/x509');
  x509.cryptoProvider.set(webcrypto);
  return x509;
}

/**
 * The CA: the one kept on the admin host, else a new one (EC P-256, a hundred years, path length 1).
 *
 * @param retained files of the admin host below /etc/pigsty, by path.
 * @throws {AppError} `CONFIG_INVALID` when what is kept is no CA or half of one, or there is none and `ca_create` forbids making one.
 */
export async function ensureAuthority(
  retained: ReadonlyMap<string, string>,
  wanted: WantedCertificates,
  nowSec: number,
): Promise<Authority> {
  const cert = retained.get(RETAINED_CA_CERT);
  const key = retained.get(RETAINED_CA_KEY);
  if (cert !== undefined && key !== undefined) {
    checkAuthority(cert, key, nowSec);
    return { cert, key };
  }
  if (key !== undefined) throw unusable(`${RETAINED_CA_KEY} has no certificate beside it`);
  if (!wanted.mayCreateCa) throw unusable(`there is no CA in ${RETAINED_CA_CERT} and ${RETAINED_CA_KEY}, and ca_create is false`);
  return makeAuthority(wanted.caName, nowSec);
}

/**
 * All keys and certificates of one host.
 *
 * @param retained files of this host below /etc/pigsty, by path.
 */
export async function ensurePki(
  retained: ReadonlyMap<string, string>,
  authority: Authority,
  wanted: WantedCertificates,
  nowSec: number,
): Promise<Pki> {
  const infra = await ensurePair(retained.get(RETAINED_INFRA_CERT), retained.get(RETAINED_INFRA_KEY), authority, wanted.infra, nowSec);
  const nginx = await ensurePair(retained.get(RETAINED_NGINX_CERT), retained.get(RETAINED_NGINX_KEY), authority, wanted.nginx, nowSec);
  return {
    caCert: authority.cert,
    ...(wanted.keepsCaKey ? { caKey: authority.key } : {}),
    ...(infra === null ? {} : { infraCert: infra.cert, infraKey: infra.key }),
    ...(nginx === null ? {} : { nginxCert: nginx.cert, nginxKey: nginx.key }),
  };
}

async function ensurePair(
  cert: string | undefined,
  key: string | undefined,
  authority: Authority,
  wanted: WantedCertificate | null,
  nowSec: number,
): Promise<Pair | null> {
  if (wanted === null) return null;
  if (cert !== undefined && key !== undefined && whyReissue({ cert, key }, authority, wanted, nowSec) === null) return { cert, key };
  return issue(authority, wanted, nowSec);
}

/** Why a certificate must be issued anew, or null when it still fits. */
function whyReissue(pair: Pair, authority: Authority, wanted: WantedCertificate, nowSec: number): string | null {
  let cert: X509Certificate;
  try {
    cert = new X509Certificate(pair.cert);
    if (!cert.checkPrivateKey(createPrivateKey(pair.key))) return 'its key belongs to another certificate';
  } catch {
    return 'it cannot be read';
  }
  const ca = new X509Certificate(authority.cert);
  if (!cert.checkIssued(ca) || !cert.verify(ca.publicKey)) return 'another CA issued it';
  const fromSec = Date.parse(cert.validFrom) / 1000;
  const toSec = Date.parse(cert.validTo) / 1000;
  if (nowSec < fromSec) return 'it is not valid yet';
  if (toSec - nowSec <= (toSec - fromSec) / 3) return 'it expires soon';
  const names = (cert.subjectAltName ?? '').split(', ').sort().join();
  const wantedNames = [...wanted.dnsNames.map((name) => `DNS:${name}`), ...wanted.addresses.map((one) => `IP Address:${one}`)]
    .sort()
    .join();
  return canonicalNames(names) === canonicalNames(wantedNames) ? null : 'its names differ';
}

/** Node prints IPv6 addresses in full, in capitals. */
function canonicalNames(names: string): string {
  return names
    .split(',')
    .map((name) => (name.startsWith('IP Address:') ? `IP Address:${expandAddress(name.slice(11))}` : name))
    .sort()
    .join();
}

function expandAddress(address: string): string {
  if (!address.includes(':')) return address;
  const [head = '', tail] = address.toLowerCase().split('::');
  const left = head === '' ? [] : head.split(':');
  const right = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = tail === undefined ? [] : Array.from({ length: Math.max(0, 8 - left.length - right.length) }, () => '0');
  return [...left, ...zeros, ...right].map((part) => part.replace(/^0+(?=.)/, '')).join(':');
}

function checkAuthority(cert: string, key: string, nowSec: number): void {
  try {
    const ca = new X509Certificate(cert);
    if (!ca.ca) throw unusable(`${RETAINED_CA_CERT} is not the certificate of a CA`);
    if (!ca.checkPrivateKey(createPrivateKey(key))) throw unusable(`${RETAINED_CA_KEY} does not belong to ${RETAINED_CA_CERT}`);
    if (Date.parse(ca.validTo) / 1000 <= nowSec) throw unusable(`${RETAINED_CA_CERT} expired on ${ca.validTo}`);
  } catch (error) {
    throw error instanceof AppError ? error : unusable(`${RETAINED_CA_CERT} and ${RETAINED_CA_KEY} cannot be used: ${messageOf(error)}`);
  }
}

function unusable(message: string): AppError {
  return new AppError('CONFIG_INVALID', message, {
    hint: 'put the right ca.crt and ca.key there, or move both away to have a new CA made',
  });
}

async function makeAuthority(name: string, nowSec: number): Promise<Authority> {
  const x509 = await loadX509();
  const keys = await webcrypto.subtle.generateKey(KEY_ALGORITHM, true, ['sign', 'verify']);
  const cert = await x509.X509CertificateGenerator.createSelfSigned({
    serialNumber: randomSerial(),
    name: subject(x509, name, 'ca'),
    notBefore: new Date((nowSec - BACKDATE_SEC) * 1000),
    notAfter: new Date((nowSec + CA_DAYS * DAY_SEC) * 1000),
    keys: keys,
    signingAlgorithm: SIGNING,
    extensions: [
      new x509.BasicConstraintsExtension(true, 1, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign | x509.KeyUsageFlags.digitalSignature, true),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  return { cert: pem(cert), key: await exportKey(keys.privateKey) };
}

async function issue(authority: Authority, wanted: WantedCertificate, nowSec: number): Promise<Pair> {
  const x509 = await loadX509();
  const ca = new x509.X509Certificate(authority.cert);
  const { algorithm, signing } = importAlgorithm(authority.key);
  const pkcs8 = createPrivateKey(authority.key).export({ type: 'pkcs8', format: 'der' });
  const signingKey = await webcrypto.subtle.importKey('pkcs8', new Uint8Array(pkcs8), algorithm, false, ['sign']);
  const keys = await webcrypto.subtle.generateKey(KEY_ALGORITHM, true, ['sign', 'verify']);
  const { serverAuth, clientAuth } = x509.ExtendedKeyUsage;
  // Never longer than the CA itself.
  const notAfter = new Date(Math.min((nowSec + wanted.validDays * DAY_SEC) * 1000, ca.notAfter.getTime()));
  const cert = await x509.X509CertificateGenerator.create({
    serialNumber: randomSerial(),
    subject: subject(x509, wanted.commonName, wanted.unit),
    issuer: ca.subjectName,
    notBefore: new Date((nowSec - BACKDATE_SEC) * 1000),
    notAfter,
    publicKey: keys.publicKey,
    signingKey: signingKey,
    signingAlgorithm: signing,
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature | x509.KeyUsageFlags.keyEncipherment, true),
      new x509.ExtendedKeyUsageExtension(wanted.use === 'server' ? [serverAuth] : [serverAuth, clientAuth]),
      new x509.SubjectAlternativeNameExtension([
        ...wanted.dnsNames.map((value) => ({ type: 'dns' as const, value })),
        ...wanted.addresses.map((value) => ({ type: 'ip' as const, value })),
      ]),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
      await x509.AuthorityKeyIdentifierExtension.create(ca, false),
    ],
  });
  return { cert: pem(cert), key: await exportKey(keys.privateKey) };
}

/** A CA brought along from Pigsty is RSA, one of ours is EC. */
function importAlgorithm(key: string) {
  const kind = createPrivateKey(key).asymmetricKeyType;
  if (kind === 'rsa') {
    const rsa = { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' };
    return { algorithm: rsa, signing: rsa };
  }
  const curve = createPrivateKey(key).asymmetricKeyDetails?.namedCurve;
  const namedCurve = ({ prime256v1: 'P-256', secp384r1: 'P-384', secp521r1: 'P-521' } as Record<string, string>)[curve ?? ''];
  if (namedCurve === undefined) throw unusable(`${RETAINED_CA_KEY} is a key of kind ${kind} ${curve ?? ''}, supported are RSA and EC`);
  return { algorithm: { name: 'ECDSA', namedCurve }, signing: SIGNING };
}

function subject(x509: X509, commonName: string, unit: string): string {
  return new x509.Name([{ CN: [commonName] }, { O: ['pigsty'] }, { OU: [unit] }]).toString();
}

function randomSerial(): string {
  const bytes = webcrypto.getRandomValues(new Uint8Array(16));
  // Positive, and never shortened by leading zeros.
  bytes[0] = ((bytes[0] ?? 0) & 0x3f) | 0x40;
  return Buffer.from(bytes).toString('hex');
}

function pem(cert: { toString(format: 'pem'): string }): string {
  return `${cert.toString('pem').trimEnd()}\n`;
}

async function exportKey(key: webcrypto.CryptoKey): Promise<string> {
  const der = await webcrypto.subtle.exportKey('pkcs8', key);
  return createPrivateKey({ key: Buffer.from(der), format: 'der', type: 'pkcs8' })
    .export({ type: 'pkcs8', format: 'pem' })
    .toString();
}
