import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import * as fc from 'fast-check';
import { parseImageReference, type ImageReference } from '../../../src/engine/image/image-reference.ts';

/** The correction that a user reads. Undefined if there is none: the image is valid, or nobody knows what it means. */
function correctionOf(image: string): string | undefined {
  const parsed = parseImageReference(image);
  return parsed.kind === 'invalid' ? parsed.suggestion : undefined;
}

/** Host names are the same in upper case. */
function referenceOf(image: string): ImageReference {
  const parsed = parseImageReference(image);
  if (parsed.kind === 'invalid') assert.fail(`${image}: ${parsed.reason}`);
  return { ...parsed.reference, registry: parsed.reference.registry.toLowerCase() };
}

const hosts = ['', 'docker.io', 'registry.example.com', 'localhost:5000', '127.0.0.1:80', '[::1]:5000', 'a-b.c:1'];
const segment = fc.stringMatching(/^[a-z0-9]{1,6}((\.|_|__|-{1,3})[a-z0-9]{1,4}){0,2}$/);
const tag = fc.stringMatching(/^[A-Za-z0-9_][A-Za-z0-9_.-]{0,8}$/);
const digest = fc.stringMatching(/^[a-f0-9]{64}$/).map((hex) => `sha256:${hex}`);

/** A valid image string. */
const valid = fc
  .record({
    host: fc.constantFrom(...hosts),
    path: fc.array(segment, { minLength: 1, maxLength: 3 }),
    tag: fc.option(tag),
    digest: fc.option(digest),
  })
  .map((parts) => ({
    ...parts,
    text: `${[...(parts.host === '' ? [] : [parts.host]), ...parts.path].join('/')}${parts.tag === null ? '' : `:${parts.tag}`}${parts.digest === null ? '' : `@${parts.digest}`}`,
  }));

type Valid = typeof valid extends fc.Arbitrary<infer T> ? T : never;

/** What people do to an image string. */
const slips: Readonly<Record<string, (image: Valid) => string>> = {
  'upper case in every part of the path': ({ text, path, host }) => {
    const start = host === '' ? 0 : host.length + 1;
    const length = path.join('/').length;
    return text.slice(0, start) + text.slice(start, start + length).toUpperCase() + text.slice(start + length);
  },
  'a capital in the first part': ({ text, host }) => {
    const start = host === '' ? 0 : host.length + 1;
    return text.slice(0, start) + text.slice(start, start + 1).toUpperCase() + text.slice(start + 1);
  },
  'a scheme': ({ text }) => `https://${text}`,
  'spaces around it': ({ text }) => `  ${text}\n`,
  'an invisible character': ({ text }) => `${text.slice(0, 1)}\u200b${text.slice(1)}`,
  'a colon at the end': ({ text }) => `${text}:`,
  'a digest written like a tag': ({ text }) => text.replace('@sha256:', ':sha256:'),
};

describe('a correction means what the author meant, after', () => {
  for (const [slip, make] of Object.entries(slips)) {
    test(slip, () => {
      fc.assert(
        fc.property(valid, (image) => {
          const correction = correctionOf(make(image));
          if (correction !== undefined) assert.deepEqual(referenceOf(correction), referenceOf(image.text));
        }),
        { numRuns: 500 },
      );
    });
  }
});

test('a correction is valid, for any text', () => {
  const alphabet = [...'aAbZ09._-:/@ \t+$[]'.split(''), 'sha256', '://', '\u200b', 'localhost', '.com', 'é'];
  const anyText = fc.array(fc.constantFrom(...alphabet), { maxLength: 20 }).map((parts) => parts.join(''));
  fc.assert(
    fc.property(fc.oneof(anyText, fc.string({ unit: 'binary' })), (text) => {
      const correction = correctionOf(text);
      if (correction === undefined) return;
      assert.equal(parseImageReference(correction).kind, 'reference');
      assert.notEqual(correction, text);
    }),
    { numRuns: 5_000 },
  );
});

const known = [
  ['MyOrg/App:v1', 'myorg/app:v1'],
  ['MyOrg/Team/App:V1', 'myorg/team/app:V1'],
  ['Registry.Example.com/App', 'Registry.Example.com/app'],
] as const;

describe('the correction of', () => {
  for (const [image, correction] of known) {
    test(image, () => assert.equal(correctionOf(image), correction));
  }
  test('half a digest does not exist', () => assert.equal(correctionOf('ghcr.io/MyOrg/App@sha256:'), undefined));
});
