import { createSocket } from 'node:dgram';
import { createServer as createHttp, type Server } from 'node:http';
import { type AddressInfo, createServer as createTcp } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Probe } from '../../../src/install/contract/declaration.ts';
import { runProbes } from '../../../src/install/probes/run-probes.ts';

type Question = Probe extends infer P ? (P extends Probe ? Omit<P, 'id' | 'component'> : never) : never;

async function ask(probe: Question, once = true) {
  const [result] = await runProbes([{ id: 'p', component: 'c', ...probe } as Probe], { once });
  return result;
}

async function serve(answer: (url: string, host: string) => { status: number; body: string }): Promise<number> {
  const server: Server = createHttp((request, response) => {
    const { status, body } = answer(request.url ?? '', request.headers.host ?? '');
    response.writeHead(status).end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return (server.address() as AddressInfo).port;
}

describe('over HTTP', () => {
  it.each<[string, Partial<Probe & { kind: 'http' }>, boolean]>([
    ['a page', {}, true],
    ['a page that says what it should', { contains: 'well' }, true],
    ['a page that does not', { contains: 'better' }, false],
    ['a status that is expected', { url: '/401', status: [200, 401] }, true],
    ['one that is not', { url: '/401' }, false],
  ])('%s', async (_, { url = '/', ...more }, ok) => {
    const port = await serve((path) => (path === '/401' ? { status: 401, body: '' } : { status: 200, body: 'all is well' }));
    expect(await ask({ kind: 'http', url: `http://127.0.0.1:${port}${url}`, ...more })).toMatchObject({ ok });
  });

  it('connects to the address it was given, and asks for the name of the URL', async () => {
    const port = await serve((_, host) => ({ status: 200, body: host }));
    const probe = { kind: 'http', url: `http://i.pigsty.invalid:${port}/`, connect: '127.0.0.1' } as const;
    expect(await ask({ ...probe, contains: `i.pigsty.invalid:${port}` })).toMatchObject({ ok: true });
  });

  it('asks again until its time is over', async () => {
    let asked = 0;
    const port = await serve(() => {
      asked += 1;
      return { status: asked < 3 ? 503 : 200, body: '' };
    });
    expect(await ask({ kind: 'http', url: `http://127.0.0.1:${port}/`, withinMs: 10_000 }, false)).toMatchObject({ ok: true });
    expect(asked).toBe(3);
  });
});

describe('otherwise', () => {
  it('a port that accepts, and one that does not', async () => {
    const server = createTcp();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    expect(await ask({ kind: 'tcp', host: '127.0.0.1', port })).toMatchObject({ ok: true, detail: 'accepts connections' });
    await new Promise((resolve) => server.close(resolve));
    expect(await ask({ kind: 'tcp', host: '127.0.0.1', port })).toMatchObject({ ok: false });
  });

  it('a command: its first line, or why it failed', async () => {
    expect(await ask({ kind: 'command', argv: ['sh', '-c', 'echo fine; echo more'] })).toMatchObject({ ok: true, detail: 'fine' });
    const failed = await ask({ kind: 'command', argv: ['sh', '-c', 'echo broken >&2; exit 1'] });
    expect([failed?.ok, failed?.detail.endsWith('broken')]).toEqual([false, true]);
  });

  it.each([
    ['10.0.0.1', true],
    ['10.0.0.2', false],
  ])('a name that should resolve to %s', async (expected, ok) => {
    const server = createSocket('udp4');
    onTestFinished(() => void server.close());
    server.on('message', (question, from) => server.send(answerA(question, [10, 0, 0, 1]), from.port, from.address));
    const port = await new Promise<number>((resolve) => server.bind(0, '127.0.0.1', () => resolve(server.address().port)));
    expect(await ask({ kind: 'dns', server: '127.0.0.1', port, name: 'i.pigsty', expect: [expected] })).toMatchObject({ ok });
  });
});

/** One A record for whatever was asked (RFC 1035). */
function answerA(question: Buffer, address: readonly number[]): Buffer {
  const end = question.indexOf(0, 12) + 5;
  const header = Buffer.from(question.subarray(0, 12));
  header.writeUInt16BE(0x8180, 2);
  header.writeUInt16BE(1, 6);
  header.writeUInt16BE(0, 10);
  return Buffer.concat([header, question.subarray(12, end), Buffer.from([0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 1, 0, 4, ...address])]);
}

it('results come in the order of the probes', async () => {
  const probe = (id: string, argv: [string, ...string[]]): Probe => ({ id, component: 'c', kind: 'command', argv });
  const results = await runProbes([probe('slow', ['sleep', '0.2']), probe('quick', ['true'])], { once: true });
  expect(results.map(({ id }) => id)).toEqual(['slow', 'quick']);
});
