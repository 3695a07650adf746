import assert from 'node:assert/strict';
import { test } from 'node:test';
import { deployment } from '../support/pods.ts';
import { startPullgate } from '../support/pullgate.ts';
import { alice, basicRegistry, bearerRegistry, publicRegistry } from '../support/registries.ts';
import type { RegistryScript } from '../support/scripted-registry/script.ts';
import { startScript } from '../support/scripted-registry/start.ts';
import { assertHealthy } from './healthy.ts';
import { auths, entryOf, goodSecret, holding, mallory, passwords, wrongSecret, type Secret } from './secrets.ts';
import { told } from './told.ts';

interface Case {
  /** Begins with the id of its case. */
  readonly it: string;
  readonly registry: RegistryScript;
  /** The Deployment's pull secrets in their order, for a registry at `host`; undefined: named, and not there. */
  readonly secrets: (host: string) => readonly (Secret | undefined)[];
  readonly allowed: boolean;
  /** Kinds, and the reasons of the answers that they rest on. */
  readonly told: readonly string[];
}

const cases: readonly Case[] = [
  {
    it: 'F26 a private image whose secret is missing is denied',
    registry: basicRegistry(),
    secrets: () => [undefined],
    allowed: false,
    told: ['access-denied: no-credentials'],
  },
  {
    it: 'F26 a public image whose secret is missing is warned of',
    registry: publicRegistry(),
    secrets: () => [undefined],
    allowed: true,
    told: ['pull-secret-missing'],
  },
  {
    it: 'F26 a secret that is missing does no harm beside a good one',
    registry: bearerRegistry(),
    secrets: (host) => [undefined, goodSecret(host)],
    allowed: true,
    told: ['pull-secret-missing'],
  },
  ...malformed('F28 of malformed JSON', () => holding('{"auths": {')),
  ...malformed('F28 that is an array', () => holding('[]')),
  ...malformed('F28 with a list of auths', () => holding('{"auths": []}')),
  ...malformed('F28 that is not base64', () => ({ ...holding(''), data: { '.dockerconfigjson': '%%%' } })),
  ...malformed('F29 with an auth that is not base64', (host) => auths({ [host]: { auth: '!!!' } })),
  ...malformed('F29 with an auth without a colon', (host) => auths({ [host]: { auth: btoa('alice') } })),
  // 0xfb 0xff: `+/8` in the standard alphabet, `-_8` in the other.
  ...malformed('F29 with a url-safe auth', (host) => auths({ [host]: { auth: `${btoa('alice:xyz')}-_8=` } })),
  {
    it: 'F30 an Opaque secret with the right key gives nothing to a private image',
    registry: basicRegistry(),
    secrets: (host) => [{ ...goodSecret(host), type: 'Opaque' }],
    allowed: false,
    told: ['access-denied: no-credentials'],
  },
  {
    it: 'F30 an Opaque secret with the right key is warned of beside a public image',
    registry: publicRegistry(),
    secrets: (host) => [{ ...goodSecret(host), type: 'Opaque' }],
    allowed: true,
    told: ['pull-secret-unusable'],
  },
  {
    it: 'F31 of two secrets for a host the second is tried too, with Basic',
    registry: basicRegistry(),
    secrets: (host) => [wrongSecret(host), goodSecret(host)],
    allowed: true,
    told: [],
  },
  {
    it: 'F31 of two secrets for a host the second is tried too, with Bearer',
    registry: bearerRegistry(),
    secrets: (host) => [wrongSecret(host), goodSecret(host)],
    allowed: true,
    told: [],
  },
  {
    it: 'F31 the right secret first needs no second',
    registry: bearerRegistry(),
    secrets: (host) => [goodSecret(host), wrongSecret(host)],
    allowed: true,
    told: [],
  },
  {
    it: 'F31 two wrong secrets for a host are denied',
    registry: basicRegistry(),
    secrets: (host) => [wrongSecret(host), wrongSecret(host)],
    allowed: false,
    told: ['access-denied: rejected'],
  },
  {
    it: 'F35 the last of 10,000 entries in 1 MiB is found',
    registry: basicRegistry(),
    secrets: (host) => [auths({ ...tenThousand(), [host]: entryOf(alice) })],
    allowed: true,
    told: [],
  },
  {
    it: 'F35 10,000 entries in 1 MiB without one for the host give nothing',
    registry: basicRegistry(),
    secrets: () => [auths(tenThousand())],
    allowed: false,
    told: ['access-denied: no-credentials'],
  },
  {
    it: 'F35 one malformed entry of 10,000 is enough',
    registry: publicRegistry(),
    secrets: (host) => [auths({ ...tenThousand(), [host]: { auth: '!!!' } })],
    allowed: false,
    told: ['pull-secret-malformed'],
  },
];

/** A secret that does not parse fails the pull, of public images too, whatever good secret stands beside it. */
function malformed(what: string, secret: (host: string) => Secret): readonly Case[] {
  const [id, ...words] = what.split(' ');
  const common = { allowed: false, told: ['pull-secret-malformed'] };
  return [
    {
      it: `${id} a secret ${words.join(' ')} fails the pull of a public image`,
      registry: publicRegistry(),
      secrets: (host) => [secret(host)],
      ...common,
    },
    {
      it: `${id} a secret ${words.join(' ')} fails the pull, with a good secret beside it`,
      registry: basicRegistry(),
      secrets: (host) => [goodSecret(host), secret(host)],
      ...common,
    },
  ];
}

function tenThousand(): Readonly<Record<string, unknown>> {
  const keys = Array.from({ length: 10_000 }, (_, at) => `registry-${at}.example.com/a-team-of-the-company`);
  return Object.fromEntries(keys.map((key) => [key, entryOf(mallory)]));
}

for (const { it, registry, secrets, allowed, told: expected } of cases) {
  test(it, async () => {
    await using script = await startScript(registry);
    await using pullgate = await startPullgate();
    const host = script.substitute('{{registry}}');
    const given = secrets(host);
    for (const [at, secret] of given.entries()) {
      if (secret !== undefined) pullgate.api.put('team', 'secrets', { ...secret, metadata: { name: `s${at}` } });
    }
    const imagePullSecrets = given.map((_, at) => ({ name: `s${at}` }));
    const answer = await pullgate.review(deployment([`${host}/team/app:v1`], { imagePullSecrets }));
    assert.deepEqual([answer.status, answer.allowed, told(answer)], [200, allowed, expected], answer.text);
    assert.ok(answer.ms < 1_500, `${answer.ms} ms`);
    assert.doesNotMatch(answer.text + pullgate.log.join(''), passwords);
    await assertHealthy(pullgate);
  });
}
