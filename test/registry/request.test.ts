import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Clock, systemClock } from '../../src/lib/clock.ts';
import { basicRegistry, bearerRegistry, smallImage } from '../support/registries.ts';
import { type Exchange, sentence } from '../support/scripted-registry/exchange.ts';
import type { RegistryScript, ServerScript } from '../support/scripted-registry/script.ts';
import { startScript } from '../support/scripted-registry/start.ts';
import { alices, client, mallorys, question, soon } from './client.ts';

const withPost = { users: { alice: { password: 's3cret' } }, methods: ['GET', 'POST'], field: 'both' } as const;

function requests(log: readonly Exchange[]): readonly string[] {
  return log
    .filter(({ method }) => !method.startsWith('('))
    .map((exchange) => sentence(exchange).replace(/\?.*? /, ' '));
}

test('who was challenged once is answered at once the next time, without another token', async () => {
  await using running = await startScript(bearerRegistry({ token: withPost }));
  await using asked = client();
  const about = question(String(running.symbols['registry']), alices);
  await asked.registry.resolve(about, soon());
  running.log.length = 0;
  await asked.registry.resolve(about, soon());
  assert.deepEqual(requests(running.log), ['HEAD /v2/team/app/manifests/v1 Bearer alice 200']);
});

test('what one credential was told is not sent with another', async () => {
  await using running = await startScript(basicRegistry());
  await using asked = client();
  const registry = String(running.symbols['registry']);
  await asked.registry.resolve(question(registry, alices), soon());
  running.log.length = 0;
  assert.equal((await asked.registry.resolve(question(registry, mallorys), soon())).kind, 'refused');
  assert.ok(requests(running.log).every((line) => !line.includes('alice')));
});

/** A registry of one image under two tags. */
function twoTags(change: ServerScript): RegistryScript {
  const { blobs, repository } = smallImage();
  return bearerRegistry(
    { token: withPost, ...change },
    { blobs, repository: { ...repository, tags: { v1: 'manifest', v2: 'manifest' } } },
  );
}

for (const status of [400, 401, 403, 404]) {
  test(`a remembered challenge costs no image: after a ${status} it all begins anew without`, async () => {
    const challenge = { status: 401, headers: { 'Www-Authenticate': 'Bearer realm="http://{{registry}}/token"' } };
    const rules: ServerScript['rules'] = [
      { match: { path: '/manifests/v1', authorized: false }, do: challenge },
      { match: { path: '/manifests/v2', authorized: true }, do: { status } },
    ];
    await using running = await startScript(twoTags({ auth: { scheme: 'none' }, rules }));
    await using asked = client();
    const registry = String(running.symbols['registry']);
    assert.equal((await asked.registry.resolve(question(registry, alices, 'v1'), soon())).kind, 'found');
    assert.equal((await asked.registry.resolve(question(registry, alices, 'v2'), soon())).kind, 'found');
  });
}

for (const status of [400, 401, 403]) {
  test(`a kept token that reads ${status} is fetched anew, once`, async () => {
    const expired = { match: { path: '/manifests/v2', authorized: true }, do: { status }, times: 1 };
    await using running = await startScript(twoTags({ rules: [expired] }));
    await using asked = client();
    const registry = String(running.symbols['registry']);
    await asked.registry.resolve(question(registry, alices, 'v1'), soon());
    running.log.length = 0;
    assert.equal((await asked.registry.resolve(question(registry, alices, 'v2'), soon())).kind, 'found');
    assert.deepEqual(requests(running.log), [
      `HEAD /v2/team/app/manifests/v2 Bearer alice ${status}`,
      'POST /token form alice 200',
      'HEAD /v2/team/app/manifests/v2 Bearer alice 200',
    ]);
  });
}

test('a token that is refused for ever ends it: there is no loop', async () => {
  const refused = { match: { path: '/manifests/v2', authorized: true }, do: { status: 401 } };
  await using running = await startScript(twoTags({ rules: [refused] }));
  await using asked = client();
  const registry = String(running.symbols['registry']);
  await asked.registry.resolve(question(registry, alices, 'v1'), soon());
  running.log.length = 0;
  assert.equal((await asked.registry.resolve(question(registry, alices, 'v2'), soon())).kind, 'refused');
  assert.ok(running.log.length <= 10, `${running.log.length} requests`);
});

test('many who need one token at a time fetch it once', async () => {
  await using running = await startScript(bearerRegistry({ token: withPost }));
  await using asked = client();
  const about = question(String(running.symbols['registry']), alices);
  const answers = await Promise.all(Array.from({ length: 20 }, () => asked.registry.resolve(about, soon())));
  assert.ok(answers.every(({ kind }) => kind === 'found'));
  assert.equal(requests(running.log).filter((line) => line.includes('/token')).length, 1);
});

const lives: readonly (readonly [it: string, expiresIn: number | undefined, seconds: number, fetched: number])[] = [
  ['no life said is a minute', undefined, 50, 1],
  ['no life said is a minute and no more', undefined, 60, 2],
  ['none at all is a minute', 0, 50, 1],
  ['less than none is a minute', -1, 50, 1],
  ['five minutes are five minutes', 300, 200, 1],
  ['five minutes end', 300, 300, 2],
  ['a million years are an hour', 1e12, 3599, 2],
];

for (const [it, expiresIn, seconds, fetched] of lives) {
  test(`of a token's life: ${it}`, async () => {
    const token = { ...withPost, ...(expiresIn !== undefined && { expiresIn }) };
    await using running = await startScript(bearerRegistry({ token }));
    let passed = 0;
    const clock: Clock = { ...systemClock, now: () => passed };
    await using asked = client({ clock });
    const about = question(String(running.symbols['registry']), alices);
    await asked.registry.resolve(about, soon());
    passed = seconds * 1000;
    await asked.registry.resolve(about, soon());
    assert.equal(requests(running.log).filter((line) => line.includes('/token')).length, fetched);
  });
}
