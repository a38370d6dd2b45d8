import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { EARLIER_RUNS, NO_EARLIER_RUNS, RETAINED_DIRECTORY, STATE_DIRECTORY } from '../../../src/install/state/earlier-runs.ts';
import { testNonsense } from '../../support/fact-cases.ts';

let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'pigsty-earlier-'));
});
afterEach(() => rmSync(root, { recursive: true }));

/** Asks a real shell about a host whose directories are below `root`. */
function ask(name: keyof typeof EARLIER_RUNS): unknown {
  const script = EARLIER_RUNS[name].script
    .replaceAll(STATE_DIRECTORY, join(root, 'state'))
    .replaceAll(RETAINED_DIRECTORY, join(root, 'kept'));
  return EARLIER_RUNS[name].parse(spawnSync('sh', { input: script, maxBuffer: 64 * 1024 * 1024 }).stdout.toString());
}

function put(path: string, text: string): void {
  mkdirSync(join(root, path, '..'), { recursive: true });
  writeFileSync(join(root, path), text);
}

const PATH = '{"type":"intent","seq":1,"before":{"kind":"path","path":"/a"}}\n';

describe('what earlier runs left', () => {
  it('is nothing on a host that was never installed', () => {
    expect({ retained: ask('retained'), journal: ask('journal'), history: ask('history') }).toEqual(NO_EARLIER_RUNS);
  });

  it('files are kept by their path', () => {
    put('kept/pki/ca.crt', 'CA');
    expect(ask('retained')).toEqual(new Map([[join(root, 'kept/pki/ca.crt'), 'CA']]));
  });

  it('the journal is that of the newest run', () => {
    put('state/runs/20260102T000000Z-2/journal.ndjson', 'new\n');
    put('state/runs/20260101T000000Z-1/journal.ndjson', 'old\n');
    expect(ask('journal')).toEqual({ run: '20260102T000000Z-2', text: 'new\n' });
  });

  it('the journal is read whole, however long it is', () => {
    const text = `${'x'.repeat(99)}\n`.repeat(30_000);
    put('state/runs/1/journal.ndjson', text);
    expect(ask('journal')).toEqual({ run: '1', text });
  });

  it('the history is of all runs but those that were undone, with the copies that are there', () => {
    put('state/runs/1/journal.ndjson', `${PATH}{"type":"phase","phase":"ca"}\n{"type":"end"}\n`);
    put('state/runs/1/blobs/1', 'copy');
    put('state/runs/1/blobs/2.new', 'half a copy');
    put('state/runs/2/journal.ndjson', `${PATH.replace('/a', '/b')}{"type":"rolled-back"}\n`);
    expect(ask('history')).toBe(`${PATH}{"type":"end"}\ncopy ${join(root, 'state/runs/1/blobs/1')}\n`);
  });
});

testNonsense(EARLIER_RUNS.retained);
