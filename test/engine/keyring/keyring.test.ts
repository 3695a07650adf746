import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { buildKeyring, lookup, readSecretKeys, unusedKeys } from '../../../src/engine/keyring/keyring.ts';
import { parseImageReference } from '../../../src/engine/image/image-reference.ts';
import { matchesImage } from '../../../src/engine/keyring/match-images.ts';
import type { PullSecret } from '../../../src/engine/keyring/docker-config.ts';
import { pullSecret, rawSecret } from '../../support/fake-ports.ts';

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
    expected: ['long', 'short'],
  },
  {
    it: 'tries equal keys in the order of their secrets',
    secrets: [secret('a', { 'h.io': 'one' }), secret('b', { 'https://h.io/v1/': 'two' })],
    image: 'h.io/app',
    expected: ['one', 'two'],
  },
  ...['h.io', 'https://h.io', 'http://h.io', 'h.io/', 'https://h.io/v1/', 'h.io/v2/'].map((key) => ({
    it: `matches h.io with the key ${key}`,
    secrets: [secret('a', { [key]: 'one' })],
    image: 'h.io/team/app',
    expected: ['one'],
  })),
  ...['h.io:443', 'H.IO', 'h.io/team/app2'].map((key) => ({
    it: `does not match h.io with the key ${key}`,
    secrets: [secret('a', { [key]: 'one' })],
    image: 'h.io/team/app',
    expected: [],
  })),
  {
    it: 'does not match h.io:5000 with a key without the port',
    secrets: [secret('a', { 'h.io': 'one' })],
    image: 'h.io:5000/team/app',
    expected: [],
  },
  ...['docker.io', 'https://docker.io', 'index.docker.io', 'https://index.docker.io/v2/'].map((key) => ({
    it: `matches Docker Hub with the key ${key}`,
    secrets: [secret('a', { [key]: 'hub' })],
    image: 'nginx',
    expected: ['hub'],
  })),
  {
    it: 'does not match Docker Hub with the host name that requests go to',
    secrets: [secret('a', { 'registry-1.docker.io': 'hub' })],
    image: 'nginx',
    expected: [],
  },
  {
    it: 'falls back to the key of Docker Hub',
    secrets: [secret('a', { 'https://index.docker.io/v1/': 'hub' })],
    image: 'nginx',
    expected: ['hub'],
  },
  {
    it: 'does not fall back if another key matches',
    secrets: [secret('a', { 'index.docker.io': 'hub' }), secret('b', { 'docker.io': 'own' })],
    image: 'nginx',
    expected: ['own'],
  },
  {
    it: 'never sends a credential to a host that only starts with its key',
    secrets: [secret('a', { 'h.io': 'one' })],
    image: 'h.io.evil.tld/app',
    expected: [],
  },
  {
    it: 'makes one anonymous attempt for all empty entries',
    secrets: [secret('a', { 'h.io': '', 'h.io/app': '' }), secret('b', { 'h.io': 'two' })],
    image: 'h.io/app',
    expected: ['anonymous', 'two'],
  },
];

describe('lookup', () => {
  for (const { it, secrets, image, expected } of lookups) {
    test(it, () => {
      const found = lookup(keyringOf(secrets), reference(image));
      assert.deepEqual(
        found.map((credential) => (credential.kind === 'basic' ? credential.username : 'anonymous')),
        expected,
      );
    });
  }

  test('contains the secret and the matching key, but never the password', () => {
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
  test('separates a malformed secret from the others', () => {
    const broken = { ...secret('b', {}), data: { '.dockerconfigjson': 'e30gIHg=' } };
    const { secrets, malformed } = keyringOf([secret('a', { 'h.io': 'u' }), broken]);
    assert.deepEqual([secrets.map((keys) => keys.secret), malformed.map((keys) => keys.secret)], [['a'], ['b']]);
  });
});

describe('unusedKeys', () => {
  const cases = [
    {
      it: 'wrong-type for another type',
      secrets: [secret('a', {}, 'Opaque')],
      image: 'h.io/app',
      expected: ['wrong-type'],
    },
    {
      it: 'no-entry without an entry for the registry',
      secrets: [secret('a', { 'other.io': 'u' })],
      image: 'h.io/app',
      expected: ['no-entry'],
    },
    {
      it: 'empty-entry for an entry without a user',
      secrets: [secret('a', { 'h.io': '' })],
      image: 'h.io/app',
      expected: ['empty-entry'],
    },
    { it: 'nothing if an entry matches', secrets: [secret('a', { 'h.io': 'u' })], image: 'h.io/app', expected: [] },
  ];
  for (const { it: what, secrets, image, expected } of cases) {
    test(`returns ${what}`, () =>
      assert.deepEqual(
        unusedKeys(keyringOf(secrets), reference(image)).map(({ reason }) => reason),
        expected,
      ));
  }

  test('returns the key for Docker Hub', () => {
    assert.equal(
      unusedKeys(keyringOf([secret('a', {})]), reference('nginx'))[0]?.wantedKey,
      'https://index.docker.io/v1/',
    );
  });
});

describe('unusedKeys says what a secret has in place of a usable entry', () => {
  const auth = '{"auth":"dTpw"}';
  const cases = [
    { it: 'registries without auths', text: `{"h.io":${auth}}`, expected: ['no-auths'] },
    { it: 'auths in another object', text: `{"data":{"auths":{"h.io":${auth}}}}`, expected: ['wrapped'] },
    {
      it: 'the manifest of a Secret',
      text: '{"kind":"Secret","data":{".dockerconfigjson":"e30="}}',
      expected: ['manifest'],
    },
    { it: 'the data of a Secret', text: '{".dockerconfigjson":"e30="}', expected: ['manifest'] },
    { it: 'a store', text: '{"auths":{"h.io":{}},"credsStore":"desktop"}', expected: ['helpers'] },
    { it: 'a store and nothing else', text: '{"credsStore":"desktop"}', expected: ['helpers'] },
    { it: 'a helper', text: '{"credHelpers":{"h.io":"ecr-login"}}', expected: ['helpers'] },
    { it: 'a helper for another registry', text: '{"credHelpers":{"i.io":"ecr-login"}}', expected: ['no-entry'] },
    {
      it: 'a store that another entry does without',
      text: `{"auths":{"i.io":${auth}},"credsStore":"x"}`,
      expected: ['no-entry'],
    },
    { it: 'a store, and a usable entry', text: `{"auths":{"h.io":${auth}},"credsStore":"x"}`, expected: [] },
    { it: 'an empty name of a store', text: '{"auths":{"h.io":{}},"credsStore":""}', expected: ['empty-entry'] },
    { it: 'an empty object', text: '{}', expected: ['no-entry'] },
    { it: 'null', text: 'null', expected: ['no-entry'] },
    { it: 'a registry with the name of a field', text: '{"auths":{"auths":{"auths":{}}}}', expected: ['no-entry'] },
  ];
  for (const { it, text, expected } of cases) {
    test(it, () => {
      const unused = unusedKeys(keyringOf([rawSecret('a', text)]), reference('h.io/app'));
      assert.deepEqual(
        unused.map(({ reason }) => reason),
        expected,
      );
    });
  }
});

describe('unusedKeys says how a key of the same host differs', () => {
  const cases = [
    { key: 'h.io', image: 'h.io:5000/app', near: 'no-port' },
    { key: 'h.io:443', image: 'h.io/app', near: 'extra-port' },
    { key: 'https://h.io:443/v1/', image: 'h.io:5000/app', near: 'other-port' },
    { key: 'H.io', image: 'h.io/app', near: 'case' },
    { key: 'oci://h.io', image: 'h.io/app', near: 'scheme' },
    { key: 'HTTPS://h.io', image: 'h.io/app', near: 'scheme' },
    { key: ' h.io', image: 'h.io/app', near: 'blank' },
    { key: 'h.io/other', image: 'h.io/app', near: 'path' },
    { key: 'https://h.io/v2', image: 'h.io/app', near: 'path' },
    { key: 'h.io//', image: 'h.io/app', near: 'path' },
    { key: 'https://bob:hunter2@h.io/other', image: 'h.io/app', near: 'path' },
    { key: '[::1]', image: '[::1]:5000/app', near: 'no-port' },
    { key: 'https://registry-1.docker.io', image: 'nginx', near: 'hub' },
    { key: 'Docker.io', image: 'nginx', near: 'case' },
    { key: 'docker.io:443', image: 'nginx', near: 'extra-port' },
    { key: 'https://index.docker.io/v1', image: 'nginx', near: 'path' },
    { key: 'index.docker.io', image: 'h.io/app', near: undefined },
    { key: 'h.io.example', image: 'h.io/app', near: undefined },
    { key: 'sub.h.io', image: 'h.io/app', near: undefined },
    { key: '', image: 'h.io/app', near: undefined },
  ] as const;
  for (const { key, image, near } of cases) {
    test(`${JSON.stringify(key)} for ${image}: ${near ?? 'another host'}`, () => {
      const unused = unusedKeys(keyringOf([secret('a', { 'first.io': 'u', [key]: 'u' })]), reference(image));
      assert.deepEqual([unused[0]?.reason, unused[0]?.near], ['no-entry', near]);
      assert.doesNotMatch(JSON.stringify(unused), /bob|hunter2|first/);
    });
  }
});

describe('matchesImage', () => {
  const cases = [
    { it: 'a star matches a part of one label', pattern: 'r*y.*.com', image: 'registry.example.com/x', expected: true },
    { it: 'a star does not match two labels', pattern: '*.com', image: 'registry.example.com/x', expected: false },
    { it: 'the parts around a star do not overlap', pattern: 'aba*aba.io', image: 'ababa.io/x', expected: false },
    { it: 'the port must be equal', pattern: 'h.io', image: 'h.io:443/x', expected: false },
    { it: 'the path is a plain string prefix', pattern: 'h.io/tea', image: 'h.io/team/app', expected: true },
    { it: 'an invalid pattern matches nothing', pattern: 'h.io/%zz', image: 'h.io/%zz', expected: false },
  ];
  for (const { it, pattern, image, expected } of cases)
    test(it, () => assert.equal(matchesImage(pattern, image), expected));
});
