import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, test } from 'node:test';
import { request } from 'undici';
import { createApp } from '../../src/webhook/app.ts';
import { readiness, type Check } from '../../src/webhook/readiness.ts';

function check(name: string, required: boolean, problem?: string): Check {
  return { name, required, problem: () => problem };
}

const cases: readonly {
  readonly it: string;
  readonly checks: readonly Check[];
  readonly ready: boolean;
  readonly text: string;
}[] = [
  {
    it: 'is ready if there is no problem',
    checks: [check('certificate', true)],
    ready: true,
    text: '[+] certificate\nready\n',
  },
  {
    it: 'is not ready if a required check has a problem',
    checks: [check('certificate', true, 'expired')],
    ready: false,
    text: '[-] certificate: expired\nnot ready\n',
  },
  {
    it: 'reports the problem of another check and stays ready',
    checks: [check('hosts.toml', false, 'broken')],
    ready: true,
    text: '[!] hosts.toml: broken\nready\n',
  },
];

describe('readiness', () => {
  for (const { it, checks, ready, text } of cases) {
    test(it, () => assert.deepEqual(readiness(checks), { ready, text }));
  }

  test('each answer that it is ready is reported, and no other answer', async () => {
    let problem: string | undefined = 'starting';
    let reported = 0;
    const app = createApp({
      checks: [{ name: 'serving', required: true, problem: () => problem }],
      metrics: async () => ({ contentType: 'text/plain', text: '' }),
      onReady: () => (reported += 1),
      onFailure: () => undefined,
    });
    const server = createServer(app).listen(0, '127.0.0.1');
    await once(server, 'listening');
    async function get(path: string): Promise<number> {
      const { port } = server.address() as AddressInfo;
      const { statusCode, body } = await request(`http://127.0.0.1:${port}${path}`);
      await body.dump();
      return statusCode;
    }
    assert.deepEqual([await get('/readyz'), await get('/healthz'), reported], [503, 200, 0]);
    problem = undefined;
    assert.deepEqual([await get('/readyz'), await get('/readyz'), reported], [200, 200, 2]);
    server.close();
    server.closeAllConnections();
  });
});
