import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { clientAgent, reviewText, send, startTestServer } from './test-server.ts';

/** Accepts one path at once and another one after a look. */
const isForReviews = (path: string): boolean | Promise<boolean> =>
  path === '/known' || (path.startsWith('/looked-up') && Promise.resolve(path === '/looked-up'));

const rows = [
  { it: 'reviews on an accepted path are answered', path: '/known?timeout=10s', method: 'POST', status: 200 },
  {
    it: 'reviews on a path that a look finds are answered',
    path: '/looked-up?timeout=10s',
    method: 'POST',
    status: 200,
  },
  { it: 'a path that a look does not find is like any other', path: '/looked-up/x', method: 'POST', status: 404 },
  { it: 'any other path is refused', path: '/validate', method: 'POST', status: 404 },
  { it: 'another method on an accepted path is refused', path: '/known', method: 'GET', status: 405 },
  { it: 'another method on an unknown path is like any other', path: '/looked-up/x', method: 'GET', status: 404 },
  { it: 'probes need no path', path: '/healthz', method: 'GET', status: 200 },
];

describe('the paths of the server', () => {
  for (const { it, path, method, status } of rows) {
    test(it, async (t) => {
      const { port, events } = await startTestServer(t, { isForReviews });
      const body = method === 'POST' ? reviewText() : '';
      const answer = await send(await clientAgent(t), port, body, { path, method });
      assert.equal(answer.status, status);
      if (status === 404) assert.equal(answer.text, 'not found\n');
      assert.ok(
        events.every((line) => !line.includes('looked-up')),
        'the path is not repeated',
      );
    });
  }

  test('a review on a path that is not found is counted, so that operators notice an API server with an old one', async (t) => {
    const { port, events } = await startTestServer(t, { isForReviews });
    await send(await clientAgent(t), port, reviewText(), { path: '/looked-up/old' });
    assert.deepEqual(events, ['rejected 404 not the path in the webhook configuration']);
  });
});
