import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Answer, ManifestAnswer } from '../../src/engine/answer.ts';
import { anonymous } from '../../src/engine/keyring/credential.ts';
import { withoutEcho } from '../../src/registry/echo.ts';
import { digestOf, evidence, found, notFound } from '../support/answers.ts';
import { basicCredential } from './client.ts';

const hexPassword = '0123456789abcdef'.repeat(4);
const echoing = `sha256:${hexPassword}`;
const half = `sha256:${'f'.repeat(48)}${hexPassword.slice(0, 16)}`;
const child = { mediaType: 'm', digest: digestOf('b') };

const answers: readonly (readonly [it: string, answer: Answer | ManifestAnswer, isRefused: boolean])[] = [
  ['a digest of something else', found, false],
  ['a digest that is the password', { ...found, digest: echoing }, true],
  ['a digest with a quarter of the password', { ...found, digest: half }, true],
  ['an index with such an entry', { kind: 'index', entries: [child, { ...child, digest: half }] }, true],
  ['an image with such a config', { kind: 'image', config: { ...child, digest: half }, layers: [] }, true],
  ['an image with such a layer', { kind: 'image', config: child, layers: [{ ...child, digest: echoing }] }, true],
  ['an image of other parts', { kind: 'image', config: child, layers: [child] }, false],
  ['a failure', notFound, false],
];

describe('withoutEcho', () => {
  for (const [it, answer, isRefused] of answers) {
    test(`${isRefused ? 'refuses' : 'returns'} ${it}`, () => {
      const result = withoutEcho(answer, basicCredential('u', hexPassword.toUpperCase()), evidence());
      if (isRefused) assert.deepEqual(result, { kind: 'unreachable', reason: 'protocol', evidence: evidence() });
      else assert.equal(result, answer);
    });
  }

  test('returns every answer to an anonymous question', () => {
    const answer = { ...found, digest: echoing };
    assert.equal(withoutEcho(answer, anonymous, evidence()), answer);
  });

  test('does not look for short secrets, which are in many digests by chance', () => {
    assert.equal(withoutEcho(found, basicCredential('aa', 'aaaa'), evidence()), found);
  });
});
