import { expect, it } from 'vitest';
import { lab, mirror, someBytes, wanted } from '../../support/fetch-lab.ts';
import { type Answer, serve, status } from '../../support/strict-server.ts';

it('downloads everything from a mirror that refuses more than two at once, asking it for less', async () => {
  const server = await mirror();
  const files = Array.from({ length: 80 }, () => someBytes(5000));
  let underWay = 0;
  let refused = 0;
  const twoAtOnce = (answer: Answer): Answer => {
    return (request, response) => {
      if (underWay >= 2) {
        refused += 1;
        status(503)(request, response);
        return;
      }
      underWay += 1;
      response.on('close', () => {
        underWay -= 1;
      });
      setTimeout(() => answer(request, response), 20);
    };
  };
  files.forEach((bytes, i) => {
    server.plan(`/${i}`, twoAtOnce(serve(bytes)));
  });
  const { fetcher } = await lab({ retries: 4 });
  await fetcher.fetchAll(files.map((bytes, i) => wanted(bytes, `${server.url}/${i}`)));
  expect(refused).toBeGreaterThan(0);
  expect(refused).toBeLessThan(60);
});

it('leaves a mirror that proved dead while others waited for it, as long as there is another one', async () => {
  const server = await mirror();
  const files = Array.from({ length: 100 }, () => someBytes(100));
  files.forEach((bytes, i) => {
    server.plan(`/${i}`, serve(bytes));
  });
  const dead = 'http://127.0.0.1:1';
  const { fetcher, events } = await lab({ concurrencyPerHost: 4 });
  await fetcher.fetchAll(files.map((bytes, i) => wanted(bytes, `${dead}/${i}`, `${server.url}/${i}`)));
  const asked = events.filter((event) => event.type === 'fetch.start' && event.url.startsWith(dead));
  expect(asked.length).toBeLessThan(10);
});

it('asks even a dead mirror for what no other has', async () => {
  const server = await mirror();
  const files = Array.from({ length: 20 }, () => someBytes(100));
  files.forEach((bytes, i) => {
    server.plan(`/${i}`, i === 19 ? status(404) : serve(bytes));
  });
  const dead = 'http://127.0.0.1:1';
  const { fetcher, events } = await lab({ concurrencyPerHost: 4 });
  const failing = fetcher.fetchAll(files.map((bytes, i) => wanted(bytes, `${dead}/${i}`, `${server.url}/${i}`)));
  const error = (await failing.catch((e: unknown) => e)) as Error;
  expect(error).toMatchObject({ code: 'FETCH_NOT_FOUND' });
  expect(error.message).toContain(`${server.url}/19: 404`);
  expect(error.message).toContain(`${dead}/19: connect ECONNREFUSED`);
  expect(events.filter((event) => event.type === 'fetch.start' && event.url === `${dead}/19`)).toHaveLength(1);
});
