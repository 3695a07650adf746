import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import { describe, test } from 'node:test';
import { composeRegistries } from '../../src/compose/registry.ts';
import { question } from '../registry/client.ts';
import { listenOnLoopback } from '../support/loopback.ts';
import { testConfig } from '../support/pullgate.ts';

const times = [
  { failure: '1h', it: 'a failed request is cached for the time of cache.failure', again: false },
  { failure: '0s', it: 'a failed request is not cached if cache.failure is 0', again: true },
];

describe('composeRegistries', () => {
  for (const { failure, it, again } of times) {
    test(it, async () => {
      await using server = await listenOnLoopback(createServer((socket) => socket.destroy()));
      const { registry, close } = await composeRegistries(testConfig({ cache: { failure } }));
      const signal = AbortSignal.timeout(60_000);
      assert.equal((await registry.resolve(question(server.host), signal)).kind, 'unreachable');
      const { connections } = server;
      await registry.resolve(question(server.host), signal);
      assert.equal(server.connections > connections, again);
      await close();
    });
  }
});
