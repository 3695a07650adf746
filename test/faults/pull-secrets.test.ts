import assert from 'node:assert/strict';
import { test } from 'node:test';
import { deployment } from '../support/pods.ts';
import { startPullgate } from '../support/pullgate.ts';
import { alice, basicRegistry, bearerRegistry, publicRegistry } from '../support/registries.ts';
import type { RegistryScript } from '../support/scripted-registry/script.ts';
import { startScript } from '../support/scripted-registry/start.ts';
import { assertHealthy } from './support/healthy.ts';
import {
  secretWithAuths,
  entryOf,
  goodSecret,
  mallory,
  passwords,
  secretWith,
  wrongSecret,
  type Secret,
} from './support/secrets.ts';
import { kindsIn } from './support/kinds-in.ts';
import { stretched } from '../support/stretched.ts';

interface Case {
  /** The name of the test. Starts with the id of the case. */
  readonly it: string;
  readonly registry: RegistryScript;
  /**
   * The pull secrets of the Deployment, in order, for a registry at `host`. Undefined for a secret that does not exist.
   */
  readonly secrets: (host: string) => readonly (Secret | undefined)[];
  readonly allowed: boolean;
  /** The findings, in the format of `kindsIn`. */
  readonly findings: readonly string[];
}

const cases: readonly Case[] = [
  {
    it: 'F26 a missing secret denies a private image',
    registry: basicRegistry(),
    secrets: () => [undefined],
    allowed: false,
    findings: ['access-denied: no-credentials'],
  },
  {
    it: 'F26 a missing secret gives a warning for a public image',
    registry: publicRegistry(),
    secrets: () => [undefined],
    allowed: true,
    findings: ['pull-secret-missing'],
  },
  {
    it: 'F26 a missing secret gives a warning next to a good secret',
    registry: bearerRegistry(),
    secrets: (host) => [undefined, goodSecret(host)],
    allowed: true,
    findings: ['pull-secret-missing'],
  },
  ...malformed('F28 with malformed JSON', () => secretWith('{"auths": {')),
  ...malformed('F28 that is an array', () => secretWith('[]')),
  ...malformed('F28 with a list of auths', () => secretWith('{"auths": []}')),
  ...malformed('F28 that is not base64', () => ({ ...secretWith(''), data: { '.dockerconfigjson': '%%%' } })),
  ...malformed('F29 with an auth that is not base64', (host) => secretWithAuths({ [host]: { auth: '!!!' } })),
  ...malformed('F29 with an auth without a colon', (host) => secretWithAuths({ [host]: { auth: btoa('alice') } })),
  // The bytes 0xfb 0xff: `+/8` in the standard alphabet, `-_8` in the URL alphabet.
  ...malformed('F29 with a url-safe auth', (host) => secretWithAuths({ [host]: { auth: `${btoa('alice:xyz')}-_8=` } })),
  {
    it: 'F30 an Opaque secret with the right key has no effect on a private image',
    registry: basicRegistry(),
    secrets: (host) => [{ ...goodSecret(host), type: 'Opaque' }],
    allowed: false,
    findings: ['access-denied: no-credentials'],
  },
  {
    it: 'F30 an Opaque secret with the right key gives a warning for a public image',
    registry: publicRegistry(),
    secrets: (host) => [{ ...goodSecret(host), type: 'Opaque' }],
    allowed: true,
    findings: ['pull-secret-unusable'],
  },
  {
    it: 'F31 with Basic, the second of two secrets for a host is also tried',
    registry: basicRegistry(),
    secrets: (host) => [wrongSecret(host), goodSecret(host)],
    allowed: true,
    findings: [],
  },
  {
    it: 'F31 with Bearer, the second of two secrets for a host is also tried',
    registry: bearerRegistry(),
    secrets: (host) => [wrongSecret(host), goodSecret(host)],
    allowed: true,
    findings: [],
  },
  {
    it: 'F31 the second secret is not needed if the first is right',
    registry: bearerRegistry(),
    secrets: (host) => [goodSecret(host), wrongSecret(host)],
    allowed: true,
    findings: [],
  },
  {
    it: 'F31 two wrong secrets for a host deny the image',
    registry: basicRegistry(),
    secrets: (host) => [wrongSecret(host), wrongSecret(host)],
    allowed: false,
    findings: ['access-denied: rejected'],
  },
  {
    it: 'F35 the last of 10,000 entries in 1 MiB is used',
    registry: basicRegistry(),
    secrets: (host) => [secretWithAuths({ ...tenThousand(), [host]: entryOf(alice) })],
    allowed: true,
    findings: [],
  },
  {
    it: 'F35 10,000 entries in 1 MiB for other hosts have no effect',
    registry: basicRegistry(),
    secrets: () => [secretWithAuths(tenThousand())],
    allowed: false,
    findings: ['access-denied: no-credentials'],
  },
  {
    it: 'F35 one malformed entry of 10,000 makes the secret malformed',
    registry: publicRegistry(),
    secrets: (host) => [secretWithAuths({ ...tenThousand(), [host]: { auth: '!!!' } })],
    allowed: false,
    findings: ['pull-secret-malformed'],
  },
];

/** A malformed secret fails the pull, even for a public image and next to a good secret. */
function malformed(what: string, secret: (host: string) => Secret): readonly Case[] {
  const [id, ...words] = what.split(' ');
  const common = { allowed: false, findings: ['pull-secret-malformed'] };
  return [
    {
      it: `${id} a secret ${words.join(' ')} fails the pull of a public image`,
      registry: publicRegistry(),
      secrets: (host) => [secret(host)],
      ...common,
    },
    {
      it: `${id} a secret ${words.join(' ')} fails the pull next to a good secret`,
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

for (const { it, registry, secrets, allowed, findings: expected } of cases) {
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
    assert.deepEqual([answer.status, answer.allowed, kindsIn(answer)], [200, allowed, expected], answer.text);
    assert.ok(answer.ms < stretched(1_500), `${answer.ms} ms`);
    assert.doesNotMatch(answer.text + pullgate.log.join(''), passwords);
    await assertHealthy(pullgate);
  });
}
