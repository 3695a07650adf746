import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, test } from 'node:test';
import { createAddressGuard } from '../../../src/registry/network/address-guard.ts';
import { createDispatchers, type Route } from '../../../src/registry/network/dispatchers.ts';
import { until } from '../../faults/support/until.ts';

const route: Route = { skipVerify: false, ca: [], client: [], loopback: true, connectMs: 5_000 };

describe('createDispatchers', () => {
  test('closes connections that were idle the longest if too many are open', async (context) => {
    const server = createServer({ keepAliveTimeout: 60_000 }, (_request, response) => void response.end('{}'));
    server.listen(0, '0.0.0.0');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    let open = 0;
    const dispatchers = createDispatchers({
      guard: createAddressGuard({}),
      resolveHost: async () => [],
      headersMs: 10_000,
      stallMs: 10_000,
      onConnections: (now) => (open = now),
    });

    context.after(async () => {
      await dispatchers.close();
      server.close();
      server.closeAllConnections();
    });

    async function ask(host: number): Promise<void> {
      const origin = `http://127.3.0.${host}:${port}`;
      const { dispatcher } = dispatchers.get(origin, route, undefined);
      const { body } = await dispatcher.request({ origin, path: '/', method: 'GET' });
      assert.deepEqual(await body.json(), {});
    }

    // Requests that run at the same time have a connection each.
    const hosts = Array.from({ length: 70 }, (_, at) => at + 1);
    await Promise.all(hosts.flatMap((host) => Array.from({ length: 10 }, () => ask(host))));
    await until('at most 512 connections are open', () => open <= 512);
    assert.ok(open > 0);
  });
});
