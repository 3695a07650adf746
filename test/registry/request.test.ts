import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type Clock, systemClock } from '../../src/lib/clock.ts';
import { basicRegistry, bearerRegistry, smallImage } from '../support/registries.ts';
import { type Exchange, sentence } from '../support/scripted-registry/exchange.ts';
import type { RegistryScript, ServerScript } from '../support/scripted-registry/script.ts';
import { startScript } from '../support/scripted-registry/start.ts';
import { alices, client, mallorys, question, soon } from './client.ts';

const withPost = { users: { alice: { password: 's3cret' } }, methods: ['GET', 'POST'], field: 'both' } as const;

/** The requests that a registry received, as `METHOD path authorization status`. */
function requests(log: readonly Exchange[]): readonly string[] {
  return log
    .filter(({ method }) => !method.startsWith('('))
    .map((exchange) => sentence(exchange).replace(/\?.*? /, ' '));
}

function tokenRequests(log: readonly Exchange[]): number {
  return requests(log).filter((line) => line.includes('/token')).length;
}

/** A registry with one image under two tags. */
function twoTags(change: ServerScript): RegistryScript {
  const { blobs, repository } = smallImage();
  return bearerRegistry(
    { token: withPost, ...change },
    { blobs, repository: { ...repository, tags: { v1: 'manifest', v2: 'manifest' } } },
  );
}

describe('a remembered challenge', () => {
  test('makes one request enough, with the cached token', async () => {
    await using running = await startScript(bearerRegistry({ token: withPost }));
    await using asked = client();
    const about = question(String(running.symbols['registry']), alices);
    await asked.registry.resolve(about, soon());
    running.log.length = 0;
    await asked.registry.resolve(about, soon());
    assert.deepEqual(requests(running.log), ['HEAD /v2/team/app/manifests/v1 Bearer alice 200']);
  });

  test('never sends one credential for a question with another credential', async () => {
    await using running = await startScript(basicRegistry());
    await using asked = client();
    const registry = String(running.symbols['registry']);
    await asked.registry.resolve(question(registry, alices), soon());
    running.log.length = 0;
    assert.equal((await asked.registry.resolve(question(registry, mallorys), soon())).kind, 'refused');
    assert.ok(requests(running.log).every((line) => !line.includes('alice')));
  });

  for (const status of [400, 401, 403, 404]) {
    test(`is dropped after a ${status}, and the request starts again without authorization`, async () => {
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
});

describe('a cached token', () => {
  for (const status of [400, 401, 403]) {
    test(`is fetched again, once, after a ${status}`, async () => {
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

  test('that is always rejected causes no endless loop', async () => {
    const rejected = { match: { path: '/manifests/v2', authorized: true }, do: { status: 401 } };
    await using running = await startScript(twoTags({ rules: [rejected] }));
    await using asked = client();
    const registry = String(running.symbols['registry']);
    await asked.registry.resolve(question(registry, alices, 'v1'), soon());
    running.log.length = 0;
    assert.equal((await asked.registry.resolve(question(registry, alices, 'v2'), soon())).kind, 'refused');
    assert.ok(running.log.length <= 10, `${running.log.length} requests`);
  });

  test('is fetched once for 20 concurrent calls', async () => {
    await using running = await startScript(bearerRegistry({ token: withPost }));
    await using asked = client();
    const about = question(String(running.symbols['registry']), alices);
    const answers = await Promise.all(Array.from({ length: 20 }, () => asked.registry.resolve(about, soon())));
    assert.ok(answers.every(({ kind }) => kind === 'found'));
    assert.equal(tokenRequests(running.log), 1);
  });

  const lifetimes: readonly (readonly [name: string, expiresIn: number | undefined, after: number, fetches: number])[] =
    [
      ['is still used 50 s later if the endpoint names no lifetime', undefined, 50, 1],
      ['is fetched again 60 s later if the endpoint names no lifetime', undefined, 60, 2],
      ['is still used 50 s later if its lifetime is 0', 0, 50, 1],
      ['is still used 50 s later if its lifetime is negative', -1, 50, 1],
      ['is still used 200 s later if its lifetime is 300 s', 300, 200, 1],
      ['is fetched again 300 s later if its lifetime is 300 s', 300, 300, 2],
      ['is fetched again 3599 s later if its lifetime is a million years', 1e12, 3599, 2],
    ];

  for (const [name, expiresIn, after, fetches] of lifetimes) {
    test(name, async () => {
      const token = { ...withPost, ...(expiresIn !== undefined && { expiresIn }) };
      await using running = await startScript(bearerRegistry({ token }));
      let now = 0;
      const clock: Clock = { ...systemClock, now: () => now };
      await using asked = client({ clock });
      const about = question(String(running.symbols['registry']), alices);
      await asked.registry.resolve(about, soon());
      now = after * 1000;
      await asked.registry.resolve(about, soon());
      assert.equal(tokenRequests(running.log), fetches);
    });
  }
});
