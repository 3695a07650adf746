import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bearerRegistry, publicRegistry } from '../support/registries.ts';
import type { RegistryScript, Rule } from '../support/scripted-registry/script.ts';
import { startScript } from '../support/scripted-registry/start.ts';
import { assertHealthy } from './support/healthy.ts';
import { kindsIn } from './support/kinds-in.ts';
import { goodSecret, type Secret, wrongSecret } from './support/secrets.ts';
import { assertFindsBrokenImages, repositories, startForTenants, tenant } from './support/tenants.ts';

/** Some repositories fail at a registry that others use too. */
interface Case {
  readonly it: string;
  readonly registry: RegistryScript;
  /** The pull secrets of those who fail, and of their neighbour. */
  readonly secrets?: (host: string) => { readonly bad: Secret; readonly good: Secret };
  /** The findings about a repository that fails. */
  readonly failures: readonly string[];
}

function failing(reply: Rule['do']): RegistryScript {
  return publicRegistry({ rules: [{ match: { path: '/bad/' }, do: reply }] });
}

const stopped = 'not-checked: breaker';

const cases: readonly Case[] = [
  {
    it: 'F88 repositories that answer 500 do not hide the broken images of a neighbour',
    registry: failing({ status: 500 }),
    failures: ['registry-unreachable: server-error', stopped],
  },
  {
    it: 'F89 repositories that never answer do not hide the broken images of a neighbour',
    registry: failing({ hang: true }),
    failures: ['registry-unreachable: timeout', stopped],
  },
  {
    it: 'F90 a token service that crashes for one secret does not hide the broken images of a neighbour',
    registry: crashingToken(),
    secrets: (host) => ({ bad: wrongSecret(host), good: goodSecret(host) }),
    failures: ['registry-unreachable: server-error', stopped],
  },
  {
    it: 'F91 a 429 with Retry-After: 300 for some repositories does not hide the broken images of a neighbour',
    registry: failing({ status: 429, headers: { 'Retry-After': '300' } }),
    failures: ['rate-limited'],
  },
];

function crashingToken(): RegistryScript {
  const script = bearerRegistry();
  const { registry } = script.servers;
  return { ...script, servers: { registry: { ...registry, token: { ...registry?.token, failure: { status: 500 } } } } };
}

for (const { it, registry, secrets, failures } of cases) {
  test(it, async () => {
    await using script = await startScript(registry);
    await using pullgate = await startForTenants({ client: { headersTimeout: '500ms' } });
    const host = script.substitute('{{registry}}');
    const { bad, good } = secrets?.(host) ?? {};
    const neighbour = tenant(pullgate, 'good', good);
    for (const name of ['bad', 'worse']) {
      const attacker = tenant(pullgate, name, bad);
      const tags = ['v1', 'v2', 'v3', 'v4'].map((tag) => `${host}/bad/app:${tag}`);
      for (const images of [repositories(host, 'bad', 4), tags]) {
        const answer = await attacker.review(images);
        assert.equal(answer.allowed, true, answer.text);
        const others = kindsIn(answer).filter((kind) => !failures.includes(kind));
        assert.deepEqual(others, [], answer.text);
      }
      await assertFindsBrokenImages(pullgate, neighbour, host);
    }
    await assertHealthy(pullgate);
  });
}
