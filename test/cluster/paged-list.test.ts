import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { kubeApi } from '../../src/cluster/kube-api.ts';
import { readPages } from '../../src/cluster/paged-list.ts';
import { descend, textAt } from '../../src/lib/json.ts';
import { apiServerDouble, reset, status, type ApiServerDouble } from '../support/api-server-double.ts';
import { patient } from '../support/fake-registry.ts';

const path = '/api/v1/namespaces/team/pods';

async function withPods(count: number): Promise<ApiServerDouble> {
  const server = await apiServerDouble();
  server.serve('/api/v1', ['pods']);
  for (let at = 0; at < count; at++) {
    server.put('team', 'pods', { metadata: { name: `p${at}`, uid: `uid-${at}`, labels: { half: String(at % 2) } } });
  }
  return server;
}

/** The pages that `readPages` gives, as the names in them, and how it ends. */
async function pagesOf(server: ApiServerDouble, selector?: string, onPage?: () => void) {
  const pages: (readonly string[])[] = [];
  const end = await readPages(
    kubeApi(server.connection),
    { path, pageSize: 2, pausesMs: [0, 0], ...(selector !== undefined && { selector }) },
    async (items) => {
      pages.push(items.map((item) => textAt(descend(item, ['metadata']), 'name')));
      onPage?.();
    },
    patient(),
  );
  return { pages, end: end.kind };
}

/** Answers the next requests like a server without faults. */
function passOn(server: ApiServerDouble): void {
  server.faults.delete(path);
}

describe('readPages', () => {
  test('reads page by page', async () => {
    await using server = await withPods(5);
    assert.deepEqual(await pagesOf(server), { pages: [['p0', 'p1'], ['p2', 'p3'], ['p4']], end: 'complete' });
    assert.deepEqual(server.requests, [
      `GET ${path}?limit=2`,
      `GET ${path}?limit=2&continue=2`,
      `GET ${path}?limit=2&continue=4`,
    ]);
  });

  test('reads the next page only when the work for the last one is done', async () => {
    await using server = await withPods(4);
    let requests: number[] = [];
    await readPages(
      kubeApi(server.connection),
      { path, pageSize: 2 },
      async () => {
        await new Promise(setImmediate);
        requests = [...requests, server.requests.length];
      },
      patient(),
    );
    assert.deepEqual(requests, [1, 2]);
  });

  test('lets the API server select by label', async () => {
    await using server = await withPods(4);
    assert.deepEqual((await pagesOf(server, 'half=1')).pages, [['p1', 'p3']]);
  });

  test('starts again if the token has expired, and gives each object once', async () => {
    await using server = await withPods(4);
    let pages = 0;
    const read = await pagesOf(server, undefined, () => {
      pages += 1;
      if (pages === 1) server.faults.set(path, [expiredOnce(server)]);
    });
    assert.deepEqual(read, {
      pages: [
        ['p0', 'p1'],
        ['p2', 'p3'],
      ],
      end: 'complete',
    });
    assert.equal(server.requests.length, 4);
  });

  test('gives up on a list that expires again and again', async () => {
    await using server = await withPods(4);
    const read = await pagesOf(server, undefined, () => server.faults.set(path, [status(410, 'Expired')]));
    assert.deepEqual(read, { pages: [['p0', 'p1']], end: 'expired' });
  });

  for (const [code, reason, kind] of [
    [403, 'Forbidden', 'forbidden'],
    [404, 'NotFound', 'missing'],
    [400, 'BadRequest', 'rejected'],
  ] as const) {
    test(`ends with ${kind} after ${code}`, async () => {
      await using server = await withPods(1);
      server.faults.set(path, [status(code, reason)]);
      assert.deepEqual(await pagesOf(server), { pages: [], end: kind });
      assert.equal(server.requests.length, 1);
    });
  }

  test('reads a page again after a failure', async () => {
    await using server = await withPods(1);
    server.faults.set(path, [
      reset,
      (...call) => {
        passOn(server);
        status(500, 'InternalError')(...call);
      },
    ]);
    assert.deepEqual(await pagesOf(server), { pages: [['p0']], end: 'complete' });
  });

  test('ends if the API server goes away in the middle', async () => {
    await using server = await withPods(4);
    const read = await pagesOf(server, undefined, () => server.faults.set(path, [reset]));
    assert.deepEqual(read, { pages: [['p0', 'p1']], end: 'unavailable' });
  });
});

function expiredOnce(server: ApiServerDouble): ReturnType<typeof status> {
  return (...call) => {
    passOn(server);
    status(410, 'Expired')(...call);
  };
}
