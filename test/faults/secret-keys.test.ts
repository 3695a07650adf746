import assert from 'node:assert/strict';
import { test } from 'node:test';
import { deployment } from '../support/pods.ts';
import { startPullgate } from '../support/pullgate.ts';
import { alice, basicRegistry } from '../support/registries.ts';
import { startScript } from '../support/scripted-registry/start.ts';
import { assertHealthy } from './support/healthy.ts';
import { secretWithAuths, entryOf, mallory, passwords, type Secret } from './support/secrets.ts';
import { stretched } from '../support/stretched.ts';

interface Case {
  readonly it: string;
  readonly secret: (host: string) => Secret;
  /** Whether the secret gives access to the registry. */
  readonly opens: boolean;
}

/** [key, whether the kubelet uses it for the image `localhost:PORT/team/app:v1`] */
const keys: readonly (readonly [key: string, opens: boolean])[] = [
  ['{host}', true],
  ['https://{host}', true],
  ['http://{host}', true],
  ['https://{host}/v1/', true],
  ['{host}/', true],
  ['{host}/team', true],
  ['{host}/tea', true],
  ['{host}/team/app', true],
  ['loc*:{port}', true],
  ['{host}/team/app/', false],
  ['{host}/teams', false],
  ['{host}x', false],
  ['LOCALHOST:{port}', false],
  ['localhost', false],
  ['localhost:443', false],
  ['', false],
  ['/', false],
  ['https://', false],
  ['__proto__', false],
];

const invalidKeys = [
  '',
  ' ',
  '/',
  '*',
  '**',
  '..',
  '[',
  '[::1',
  '%',
  '%zz',
  '\n',
  '\u0000',
  '🙂',
  ':',
  '://',
  'http://',
  'https://[',
  '{host}/%zz',
  'user@{host}',
  '__proto__',
  'constructor',
  'x'.repeat(10_000),
  '*.'.repeat(5_000),
] as const;

const cases: readonly Case[] = [
  ...keys.map(([key, opens]): Case => ({
    it: `F36 the key ${JSON.stringify(key)} ${opens ? 'is used' : 'is not used'}`,
    secret: (host) => secretWithAuths(entries([key], host, alice)),
    opens,
  })),
  {
    it: 'F36 unusual keys do no harm to a good one',
    secret: (host) => secretWithAuths({ ...entries(invalidKeys, host, mallory), [host]: entryOf(alice) }),
    opens: true,
  },
  {
    it: 'F36 unusual keys alone give no access',
    secret: (host) => secretWithAuths(entries(invalidKeys, host, mallory)),
    opens: false,
  },
];

function entries(keys: readonly string[], host: string, login: typeof mallory): Readonly<Record<string, unknown>> {
  const port = host.split(':')[1] ?? '';
  const written = keys.map((key) => key.replace('{host}', host).replace('{port}', port));
  return Object.fromEntries(written.map((key) => [key, entryOf(login)]));
}

for (const { it, secret, opens } of cases) {
  test(it, async () => {
    await using script = await startScript(basicRegistry());
    await using pullgate = await startPullgate();
    const host = script.substitute('localhost:{{registry.port}}');
    pullgate.api.put('team', 'secrets', { ...secret(host), metadata: { name: 's' } });
    const answer = await pullgate.review(deployment([`${host}/team/app:v1`], { imagePullSecrets: [{ name: 's' }] }));
    assert.deepEqual([answer.status, answer.allowed, answer.kinds], [200, opens, opens ? [] : ['access-denied']]);
    assert.ok(answer.ms < stretched(1_500), `${answer.ms} ms`);
    assert.doesNotMatch(answer.text + pullgate.log.join(''), passwords);
    await assertHealthy(pullgate);
  });
}
