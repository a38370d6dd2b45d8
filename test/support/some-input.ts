/** An installation of a few components on a {@link FakeHost}, whose repository is there already: unpacking is tested elsewhere. */
import type { Context, Event } from '../../src/base/events.ts';
import { repositoryDirectory } from '../../src/base/repository-place.ts';
import type { Host } from '../../src/host/host.ts';
import type { Operator } from '../../src/install/apply/hold-host.ts';
import type { InstallInput } from '../../src/install/apply/install-input.ts';
import type { BundleView, DesiredState, Service } from '../../src/install/contract/declaration.ts';
import { DEFAULT_SETTINGS, type EngineSettings } from '../../src/install/contract/engine-settings.ts';
import type { OpenBundle } from '../../src/install/desired/open-bundle.ts';
import { type DebianState, debianRules, debianState } from './debian-rules.ts';
import { labBundle } from './desired-lab.ts';
import { FakeHost, type Rule } from './fake-host.ts';

/** Who types what tests type. */
export const SOME_OPERATOR: Operator = { user: 'ann', from: 'laptop', pid: 7, boot: 'b', terminal: 'pts/0', sinceSec: 1_769_839_864 };

export const BUNDLE_ID = 'b'.repeat(64);

/** A bundle of that view, as far as planning needs it. */
export function someBundle(changes: Partial<OpenBundle> = {}): OpenBundle {
  const view: BundleView = { ...labBundle('debian', 'd12'), id: BUNDLE_ID };
  const target = { distro: 'd12', arch: 'x86_64', minor: null };
  const index = { id: BUNDLE_ID, target, snapshotSec: 1_700_000_000, installedBytes: 1000, request: { recommends: false } };
  return {
    path: '/bundle.tgz',
    index: index as unknown as OpenBundle['index'],
    signature: { kind: 'unsigned' },
    view,
    packedBytes: 1000,
    unpackedBytes: 1000,
    metadata: [],
    assets: new Map(),
    installer: null,
    ...changes,
  };
}

/** A fake Debian host where the repository of {@link someBundle} is complete. */
export function debianHost(settings: EngineSettings = DEFAULT_SETTINGS, ...before: Rule[]): { host: FakeHost; state: DebianState } {
  const state = debianState();
  state.repository = { directory: repositoryDirectory(settings), id: BUNDLE_ID };
  return { host: new FakeHost(...before, ...debianRules(state)), state };
}

export function someInput(host: Host, services: readonly Service<null>[], changes: Partial<InstallInput<null>> = {}): InstallInput<null> {
  const identity = { address: '10.0.0.1', nodename: 'infra-1', cluster: 'nodes' };
  const bundle = changes.bundle ?? someBundle();
  const desired: DesiredState<null> = {
    host: identity,
    hosts: [identity],
    adminIp: '10.0.0.1',
    params: null,
    bundle: bundle.view,
    pki: { caCert: '' },
    secrets: { password: 'hunter2' },
    assets: new Map(),
  };
  return {
    host,
    isLocal: true,
    bundle,
    trust: null,
    settings: DEFAULT_SETTINGS,
    operator: SOME_OPERATOR,
    services,
    desire: async () => desired,
    selection: {},
    replace: false,
    command: { offline: '/bundle.tgz' },
    nowMs: () => 1_800_000_000_000,
    ...changes,
  };
}

/** A context that keeps what was reported. */
export function recorder(): Context & { readonly events: Event[]; readonly signal: AbortSignal; abort(): void } {
  const controller = new AbortController();
  const events: Event[] = [];
  return { events, report: (event) => void events.push(event), signal: controller.signal, abort: () => controller.abort() };
}
