/** What a journal notes. The names of the members are the file format: hosts hold journals written with them. */
import type { Handler } from '../contract/declaration.ts';

/** How something was before it was touched: what `rollback` needs to know. */
export type Before =
  /** A file, a link, or nothing. `blob` is a copy with owner, mode and times; absent when nothing was there. */
  | { readonly kind: 'path'; readonly path: string; readonly blob: string | null }
  | { readonly kind: 'metadata'; readonly path: string; readonly mode: number; readonly owner: string; readonly group: string }
  | { readonly kind: 'directory'; readonly path: string }
  /** A whole tree that was not there. */
  | { readonly kind: 'tree'; readonly path: string }
  | { readonly kind: 'moved'; readonly from: string; readonly to: string }
  | { readonly kind: 'group'; readonly name: string }
  | { readonly kind: 'user'; readonly name: string }
  | { readonly kind: 'member'; readonly user: string; readonly group: string }
  /** `blob`.before lists what was installed, `blob`.after what was when the transaction had ended; without the latter it did not end. */
  | { readonly kind: 'packages'; readonly manager: 'apt' | 'dnf'; readonly blob: string }
  | { readonly kind: 'unit'; readonly unit: string; readonly enabled: boolean; readonly active: boolean; readonly masked: boolean }
  | { readonly kind: 'sysctl'; readonly key: string; readonly value: string }
  | { readonly kind: 'command'; readonly id: string; readonly undo: readonly string[] };

/** How a run was started, for `resume`. Paths are those of the machine it was started on. */
export interface RunCommand {
  readonly offline?: string;
  readonly config?: string;
  /** The file of the keys. */
  readonly key?: string;
  /** Fingerprint of the key whose signature on the bundle was verified; absent when none was asked for. */
  readonly signer?: string;
  readonly only?: readonly string[];
  readonly skip?: readonly string[];
}

/** What an interrupted run still has to do: a handler, or putting back a path that was changed only for the time of a transaction. */
export type PendingHandler = Handler | { readonly kind: 'restore'; readonly path: string; readonly blob: string | null };

/**
 * One line. `seq` counts up within a run. The names of the members are those of the file format: hosts hold journals written with them,
 * so they stay (`owes`, `made`, `gone`), whatever the program calls the same things (pending handlers, written, removed).
 */
export type JournalEntry =
  | {
      readonly type: 'run';
      readonly run: string;
      readonly bundleId: string;
      readonly version: string;
      readonly startedSec: number;
      readonly command: RunCommand;
    }
  /** Written before the change. `owes`: what is pending because of it. */
  | {
      readonly type: 'intent';
      readonly seq: number;
      readonly phase: string;
      readonly step: string;
      readonly before: Before;
      readonly owes?: readonly PendingHandler[];
      /** What was written at the path, to be removed when nobody declares it any more: SHA-256 of the file, or where the link leads to. */
      readonly made?: string;
    }
  /** These handlers ran. */
  | { readonly type: 'handled'; readonly handlers: readonly PendingHandler[] }
  | { readonly type: 'phase'; readonly phase: string }
  /** `gone`: paths where nothing of ours is any more. */
  | { readonly type: 'end'; readonly gone?: readonly string[] }
  /** Taking it back was begun: from here on neither all of it is there nor nothing. */
  | { readonly type: 'undoing' }
  /** Everything of this run was taken back. */
  | { readonly type: 'rolled-back' };
