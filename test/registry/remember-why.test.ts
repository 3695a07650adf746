import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { anonymous } from '../../src/engine/keyring/credential.ts';
import { fakeClock } from '../support/fake-clock.ts';
import { publicRegistry } from '../support/registries.ts';
import type { ServerScript } from '../support/scripted-registry/script.ts';
import { startScript } from '../support/scripted-registry/start.ts';
import { alices, client, inWords, question, soon } from './client.ts';

interface Case {
  readonly it: string;
  readonly registry?: ServerScript;
  /** Default: a tag that does not exist. */
  readonly tag?: string;
  /** Milliseconds between the two questions. Default: 59 seconds. */
  readonly pauseMs?: number;
  /** Whether the second question has a credential. */
  readonly asAlice?: boolean;
  /** The methods of the requests for the manifest. */
  readonly asks: readonly string[];
  readonly answers: readonly [string, string];
}

const missing = 'not-found manifest HEAD 404 MANIFEST_UNKNOWN';
const failOnce = { match: { path: '/manifests/', method: 'HEAD' }, do: { status: 404 }, times: 1 };

const cases: readonly Case[] = [
  { it: 'costs one request when it is asked for again', asks: ['HEAD', 'GET', 'HEAD'], answers: [missing, missing] },
  {
    it: 'is explained again after a minute',
    pauseMs: 60_001,
    asks: ['HEAD', 'GET', 'HEAD', 'GET'],
    answers: [missing, missing],
  },
  {
    it: 'is explained again to somebody else',
    asAlice: true,
    asks: ['HEAD', 'GET', 'HEAD', 'GET'],
    answers: [missing, missing],
  },
  {
    it: 'is found at once after it was pushed',
    tag: 'v1',
    registry: {
      rules: [failOnce, { match: { path: '/manifests/', method: 'GET' }, do: { status: 404 }, times: 1 }],
    },
    asks: ['HEAD', 'GET', 'HEAD'],
    answers: ['not-found manifest HEAD 404', 'found'],
  },
  {
    it: 'is explained again if GET had another answer',
    tag: 'v1',
    registry: { rules: [{ match: { path: '/manifests/', method: 'HEAD' }, do: { status: 404 } }] },
    asks: ['HEAD', 'GET', 'HEAD', 'GET'],
    answers: ['not-found manifest HEAD 404 GET 200', 'not-found manifest HEAD 404 GET 200'],
  },
  {
    it: 'is explained again if another status comes',
    registry: { rules: [{ match: { path: '/manifests/', method: 'HEAD' }, do: { status: 403 }, times: 1 }] },
    asks: ['HEAD', 'GET', 'HEAD', 'GET'],
    answers: ['refused no-credentials manifest HEAD 403 MANIFEST_UNKNOWN GET 404', missing],
  },
];

describe('an image that the registry lacks or refuses', () => {
  for (const { it, registry = {}, tag = 'gone', pauseMs = 59_000, asAlice = false, asks, answers } of cases) {
    test(it, async () => {
      await using script = await startScript(publicRegistry(registry));
      const clock = fakeClock();
      await using asked = client({ clock });
      const host = script.symbols['registry'] ?? '';
      const first = await asked.registry.resolve(question(host, anonymous, tag), soon());
      clock.advance(pauseMs);
      const second = await asked.registry.resolve(question(host, asAlice ? alices : anonymous, tag), soon());
      const requests = script.log.filter(({ path }) => path.includes('/manifests/'));
      assert.deepEqual([inWords(first), inWords(second)], answers);
      assert.deepEqual(
        requests.map(({ method }) => method),
        asks,
      );
    });
  }
});
