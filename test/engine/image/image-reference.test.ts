import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import * as fc from 'fast-check';
import { parseImageReference, repositoryName } from '../../../src/engine/image/image-reference.ts';
import { formatReference } from '../../support/format-reference.ts';

const hex = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';

const valid = [
  { it: 'a single name is in library/ on Docker Hub', image: 'nginx', expected: 'docker.io/library/nginx:latest' },
  { it: 'index.docker.io becomes docker.io', image: 'index.docker.io/nginx:1', expected: 'docker.io/library/nginx:1' },
  { it: 'a first segment with upper case is a host', image: 'Team/app', expected: 'Team/app:latest' },
  { it: 'a digest needs no tag', image: `nginx@sha256:${hex}`, expected: `docker.io/library/nginx@sha256:${hex}` },
  { it: 'a tag and a digest may be combined', image: `a.b/c:1@sha256:${hex}`, expected: `a.b/c:1@sha256:${hex}` },
  { it: 'an IPv6 host has brackets', image: '[::1]:5000/a', expected: '[::1]:5000/a:latest' },
];

const invalid = [
  { it: 'upper case in the repository', image: 'ghcr.io/Owner/app:V1', suggestion: 'ghcr.io/owner/app:V1' },
  { it: 'upper case in the owner and the repository', image: 'MyOrg/App:V1', suggestion: 'myorg/app:V1' },
  { it: 'a scheme', image: 'https://ghcr.io/a/b:1', suggestion: 'ghcr.io/a/b:1' },
  { it: 'surrounding whitespace', image: ' nginx:1\n', suggestion: 'nginx:1' },
  { it: 'an empty tag', image: 'nginx:', suggestion: 'nginx' },
  { it: 'an invisible character', image: 'nginx\u{200b}:1', suggestion: 'nginx:1' },
  { it: 'a digest after a colon', image: `a.b/c:1:sha256:${hex}`, suggestion: `a.b/c:1@sha256:${hex}` },
  { it: 'a digest with a hyphen', image: `a.b/c@sha256-${hex}`, suggestion: `a.b/c@sha256:${hex}` },
  { it: 'an empty segment, which no one can fill in', image: 'ghcr.io//app:1', suggestion: undefined },
  { it: 'whitespace inside', image: 'ngi nx', suggestion: undefined },
  { it: 'a variable that was not replaced', image: 'nginx:${TAG}', suggestion: undefined },
  { it: 'an empty string', image: '', suggestion: undefined },
  { it: 'only a host', image: 'docker.io/', suggestion: undefined },
  { it: 'an image ID', image: hex, suggestion: undefined },
  { it: 'a short digest', image: 'nginx@sha256:1234', suggestion: undefined },
  { it: 'an unknown algorithm', image: `nginx@md5:${hex.slice(0, 32)}`, suggestion: undefined },
  { it: 'a long repository', image: `ghcr.io/${'a'.repeat(256)}`, suggestion: undefined },
  { it: 'a long tag', image: `nginx:${'a'.repeat(129)}`, suggestion: undefined },
];

describe('parseImageReference', () => {
  for (const { it, image, expected } of valid) {
    test(it, () => {
      const parsed = parseImageReference(image);
      assert(parsed.kind === 'reference');
      assert.equal(formatReference(parsed.reference), expected);
    });
  }

  for (const { it: what, image, suggestion } of invalid) {
    test(`rejects ${what}${suggestion === undefined ? '' : ' with a suggestion'}`, () => {
      const parsed = parseImageReference(image);
      assert(parsed.kind === 'invalid');
      assert.equal(parsed.suggestion, suggestion);
    });
  }

  test('never throws, and parses its own normalized references', () => {
    const parts = fc.array(fc.constantFrom('a', 'B', '.', ':', '/', '@', '-', '_', 'sha256:', hex, 'é', ' ', '[::1]'));
    const texts = fc.oneof(
      fc.string({ unit: 'binary' }),
      parts.map((some) => some.join('')),
    );
    fc.assert(
      fc.property(texts, (text) => {
        const parsed = parseImageReference(text);
        if (parsed.kind === 'invalid') return;
        const { unqualified: _written, ...reference } = parsed.reference;
        assert.deepEqual(parseImageReference(formatReference(reference)), { ...parsed, reference });
        assert(repositoryName(parsed.reference).includes('/'));
      }),
      { seed: 20, numRuns: 2_000 },
    );
  });

  test('takes linear time', () => {
    const megabytes = ['a', 'a-', '/', ':', 'a.', '@', ' '].map((part) => part.repeat(1_000_000));
    for (const text of megabytes) assert.equal(parseImageReference(`${text}/x`).kind, 'invalid');
  });
});
