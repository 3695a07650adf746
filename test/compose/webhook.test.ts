import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { deployment } from '../support/pods.ts';
import { startPullgate } from '../support/pullgate.ts';
import { basicRegistry, bearerRegistry, dockerConfigJson, publicRegistry } from '../support/registries.ts';
import type { RegistryScript } from '../support/scripted-registry/script.ts';
import { startScript } from '../support/scripted-registry/start.ts';

interface Case {
  readonly it: string;
  readonly registry: RegistryScript;
  readonly image?: string;
  /** Whether the pod names a secret with alice's password. */
  readonly secret?: boolean;
  readonly allowed: boolean;
  readonly kinds: readonly string[];
}

const cases: readonly Case[] = [
  { it: 'a public image is allowed', registry: publicRegistry(), allowed: true, kinds: [] },
  {
    it: 'a missing tag is refused',
    registry: publicRegistry(),
    image: 'team/app:v9',
    allowed: false,
    kinds: ['image-not-found'],
  },
  {
    it: 'a private image without a secret is refused',
    registry: basicRegistry(),
    allowed: false,
    kinds: ['access-denied'],
  },
  {
    it: 'a private image with a good secret is allowed',
    registry: basicRegistry(),
    secret: true,
    allowed: true,
    kinds: [],
  },
  {
    it: 'a private image behind bearer tokens is allowed',
    registry: bearerRegistry(),
    secret: true,
    allowed: true,
    kinds: [],
  },
  {
    it: 'a registry that is down causes a warning',
    registry: publicRegistry({ listen: 'closed' }),
    allowed: true,
    kinds: ['registry-unreachable'],
  },
];

describe('the complete webhook, over TLS', () => {
  for (const { it, registry, image = 'team/app:v1', secret = false, allowed, kinds } of cases) {
    test(it, async () => {
      await using script = await startScript(registry);
      await using pullgate = await startPullgate();
      const host = script.symbols['registry'] ?? '';
      const data = { '.dockerconfigjson': Buffer.from(dockerConfigJson(host)).toString('base64') };
      pullgate.api.put('team', 'secrets', { metadata: { name: 's' }, type: 'kubernetes.io/dockerconfigjson', data });
      const spec = secret ? { imagePullSecrets: [{ name: 's' }] } : {};
      const answer = await pullgate.review(deployment([`${host}/${image}`], spec));
      assert.deepEqual([answer.status, answer.allowed], [200, allowed], answer.text);
      assert.deepEqual(answer.kinds, kinds);
      assert.doesNotMatch(pullgate.log.join(''), /s3cret/);
    });
  }

  test('F75: lag before it listens does not count', async () => {
    let lagMs = 60_000;
    const lag = {
      lagMs: () => lagMs,
      sustainedMs: () => lagMs,
      restart: () => void (lagMs = 0),
      stop: () => undefined,
    };
    await using script = await startScript(publicRegistry());
    await using pullgate = await startPullgate({}, { lag });
    const { kinds } = await pullgate.review(deployment([script.substitute('{{registry}}/team/app:v1')]));
    assert.deepEqual(kinds, []);
  });

  test('serves probes and metrics', async () => {
    await using pullgate = await startPullgate();
    assert.deepEqual((await pullgate.get('/healthz')).text, 'ok\n');
    assert.match((await pullgate.get('/readyz')).text, /ready/);
    assert.match((await pullgate.get('/metrics')).text, /pullgate_reviews_total/);
    assert.equal((await pullgate.get('/elsewhere')).status, 404);
  });
});
