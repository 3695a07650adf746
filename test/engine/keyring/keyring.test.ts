import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { buildKeyring, lookup, readSecretKeys, unusedKeys } from '../../../src/engine/keyring/keyring.ts';
import { parseImageReference } from '../../../src/engine/image/image-reference.ts';
import { matchesImage } from '../../../src/engine/keyring/match-images.ts';
import type { PullSecret } from '../../../src/engine/keyring/docker-config.ts';
import { pullSecret } from '../../support/fake-ports.ts';

function secret(name: string, auths: Readonly<Record<string, string>>, type?: string): PullSecret {
  return { ...pullSecret(name, auths), ...(type !== undefined && { type }) };
}

function keyringOf(secrets: readonly PullSecret[]) {
  return buildKeyring(secrets.map(readSecretKeys));
}

function reference(image: string) {
  const parsed = parseImageReference(image);
  assert(parsed.kind === 'reference');
  return parsed.reference;
}

const lookups = [
  {
    it: 'tries longer keys first',
    secrets: [secret('a', { 'h.io': 'short', 'h.io/team': 'long' })],
    image: 'h.io/team/app',
    is: ['long', 'short'],
  },
  {
    it: 'tries equal keys in the order of their secrets',
    secrets: [secret('a', { 'h.io': 'one' }), secret('b', { 'https://h.io/v1/': 'two' })],
    image: 'h.io/app',
    is: ['one', 'two'],
  },
  ...['h.io', 'https://h.io', 'http://h.io', 'h.io/', 'https://h.io/v1/', 'h.io/v2/'].map((key) => ({
    it: `knows h.io by the key ${key}`,
    secrets: [secret('a', { [key]: 'one' })],
    image: 'h.io/team/app',
    is: ['one'],
  })),
  ...['h.io:443', 'H.IO', 'h.io/team/app2'].map((key) => ({
    it: `does not know h.io by the key ${key}`,
    secrets: [secret('a', { [key]: 'one' })],
    image: 'h.io/team/app',
    is: [],
  })),
  {
    it: 'does not know h.io:5000 by a key without its port',
    secrets: [secret('a', { 'h.io': 'one' })],
    image: 'h.io:5000/team/app',
    is: [],
  },
  ...['docker.io', 'https://docker.io', 'index.docker.io', 'https://index.docker.io/v2/'].map((key) => ({
    it: `knows Docker Hub by the key ${key}`,
    secrets: [secret('a', { [key]: 'hub' })],
    image: 'nginx',
    is: ['hub'],
  })),
  {
    it: 'does not know Docker Hub by the host that it is asked at',
    secrets: [secret('a', { 'registry-1.docker.io': 'hub' })],
    image: 'nginx',
    is: [],
  },
  {
    it: 'falls back on the key of Docker Hub',
    secrets: [secret('a', { 'https://index.docker.io/v1/': 'hub' })],
    image: 'nginx',
    is: ['hub'],
  },
  {
    it: 'does not fall back where another key matches',
    secrets: [secret('a', { 'index.docker.io': 'hub' }), secret('b', { 'docker.io': 'own' })],
    image: 'nginx',
    is: ['own'],
  },
  {
    it: 'never sends a key to a host that only begins with it',
    secrets: [secret('a', { 'h.io': 'one' })],
    image: 'h.io.evil.tld/app',
    is: [],
  },
  {
    it: 'tries an empty entry as nobody, once',
    secrets: [secret('a', { 'h.io': '', 'h.io/app': '' }), secret('b', { 'h.io': 'two' })],
    image: 'h.io/app',
    is: ['anonymous', 'two'],
  },
];

describe('lookup', () => {
  for (const { it: sentence, secrets, image, is } of lookups) {
    it(sentence, () => {
      const found = lookup(keyringOf(secrets), reference(image));
      assert.deepEqual(
        found.map((credential) => (credential.kind === 'basic' ? credential.username : 'anonymous')),
        is,
      );
    });
  }

  it('names the secret and the key that matched, and never the password', () => {
    const [found] = lookup(keyringOf([secret('regcred', { 'https://h.io': 'u' })]), reference('h.io/app'));
    assert.deepEqual(JSON.parse(JSON.stringify(found)), {
      kind: 'basic',
      username: 'u',
      password: '[redacted]',
      source: { kind: 'secret', secret: 'regcred', entry: 'https://h.io' },
    });
  });
});

describe('buildKeyring', () => {
  it('tells a secret that does not parse apart from what stands beside it', () => {
    const broken = { ...secret('b', {}), data: { '.dockerconfigjson': 'e30gIHg=' } };
    const { secrets, malformed } = keyringOf([secret('a', { 'h.io': 'u' }), broken]);
    assert.deepEqual([secrets.map((keys) => keys.secret), malformed.map((keys) => keys.secret)], [['a'], ['b']]);
  });
});

describe('unusedKeys', () => {
  const cases = [
    { it: 'another type', secrets: [secret('a', {}, 'Opaque')], image: 'h.io/app', is: ['wrong-type'] },
    {
      it: 'no entry for the registry',
      secrets: [secret('a', { 'other.io': 'u' })],
      image: 'h.io/app',
      is: ['no-entry'],
    },
    { it: 'an entry without a user', secrets: [secret('a', { 'h.io': '' })], image: 'h.io/app', is: ['empty-entry'] },
    { it: 'nothing where an entry serves', secrets: [secret('a', { 'h.io': 'u' })], image: 'h.io/app', is: [] },
  ];
  for (const { it: what, secrets, image, is } of cases) {
    it(`names ${what}`, () =>
      assert.deepEqual(
        unusedKeys(keyringOf(secrets), reference(image)).map(({ reason }) => reason),
        is,
      ));
  }

  it('names the key that Docker Hub needs', () => {
    assert.equal(
      unusedKeys(keyringOf([secret('a', {})]), reference('nginx'))[0]?.wantedKey,
      'https://index.docker.io/v1/',
    );
  });
});

describe('matchesImage', () => {
  const cases = [
    { it: 'a star covers part of one label', pattern: 'r*y.*.com', image: 'registry.example.com/x', is: true },
    { it: 'a star does not cover two labels', pattern: '*.com', image: 'registry.example.com/x', is: false },
    { it: 'stars overlap nothing', pattern: 'aba*aba.io', image: 'ababa.io/x', is: false },
    { it: 'the port must be the same', pattern: 'h.io', image: 'h.io:443/x', is: false },
    { it: 'the path is a plain prefix', pattern: 'h.io/tea', image: 'h.io/team/app', is: true },
    { it: 'what does not parse matches nothing', pattern: 'h.io/%zz', image: 'h.io/%zz', is: false },
  ];
  for (const { it: sentence, pattern, image, is } of cases)
    it(sentence, () => assert.equal(matchesImage(pattern, image), is));
});
