import assert from 'node:assert/strict';
import { EventEmitter, once } from 'node:events';
import { describe, test } from 'node:test';
import type { Lookup } from '../../src/engine/ports.ts';
import { soon } from '../support/soon.ts';
import { givenSecretSource } from '../../src/tls/given-secret.ts';
import { createAuthority, issueLeaf } from '../../src/tls/issue.ts';
import type { Stored } from '../../src/tls/shared-secret.ts';
import type { Certificate } from '../../src/tls/source.ts';

const validity = { now: Date.now(), lifetimeMs: 86_400_000 };
const authority = await createAuthority(validity);
const [one, two] = await Promise.all([leaf(), leaf()]);

function leaf(): Promise<Certificate> {
  return issueLeaf(authority, { ...validity, names: ['localhost'] });
}

function secretWith({ cert, key }: Certificate): Lookup<Stored> {
  return { kind: 'found', value: { data: { 'tls.crt': cert, 'tls.key': key }, version: '1' } };
}

describe('givenSecretSource', () => {
  test('a new certificate is used', async () => {
    let stored = secretWith(one);
    const source = await givenSecretSource({ read: async () => stored }, { everyMs: 2 }, AbortSignal.timeout(60_000));
    assert.ok(typeof source !== 'string');
    assert.deepEqual(source.current(), one);
    const news = new EventEmitter();
    source.onChange((certificate) => news.emit('changed', certificate));
    const changed = once(news, 'changed', soon());
    stored = secretWith(two);
    assert.deepEqual(await changed, [two]);
    source.close();
  });

  const starts: readonly { title: string; stored: Lookup<Stored>; problem: string }[] = [
    { title: 'a missing Secret', stored: { kind: 'missing' }, problem: 'missing' },
    { title: 'a Secret that may not be read', stored: { kind: 'forbidden' }, problem: 'forbidden' },
    { title: 'an empty Secret', stored: { kind: 'found', value: { data: {}, version: '1' } }, problem: 'no-pair' },
    { title: 'a stopped API server', stored: { kind: 'unavailable', reason: 'connection' }, problem: 'unavailable' },
  ];
  for (const { title, stored, problem } of starts) {
    test(`the start fails with the problem ${problem} for ${title}`, async () => {
      assert.equal(await givenSecretSource({ read: async () => stored }, {}, AbortSignal.timeout(60_000)), problem);
    });
  }
});
