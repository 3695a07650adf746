import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import * as fc from 'fast-check';
import { parseImageReference, repositoryName } from '../../../src/engine/image/image-reference.ts';
import { formatReference } from '../../support/format-reference.ts';

const hex = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';

const valid = [
  { it: 'a bare name is below library/ on Docker Hub', image: 'nginx', is: 'docker.io/library/nginx:latest' },
  { it: 'index.docker.io is docker.io', image: 'index.docker.io/nginx:1', is: 'docker.io/library/nginx:1' },
  { it: 'a first segment with a capital is a host', image: 'Team/app', is: 'Team/app:latest' },
  { it: 'a digest needs no tag', image: `nginx@sha256:${hex}`, is: `docker.io/library/nginx@sha256:${hex}` },
  { it: 'tag and digest stand together', image: `a.b/c:1@sha256:${hex}`, is: `a.b/c:1@sha256:${hex}` },
  { it: 'IPv6 hosts are bracketed', image: '[::1]:5000/a', is: '[::1]:5000/a:latest' },
];

const invalid = [
  { it: 'capitals in the repository', image: 'ghcr.io/Owner/app:V1', meant: 'ghcr.io/owner/app:V1' },
  { it: 'a scheme', image: 'https://ghcr.io/a/b:1', meant: 'ghcr.io/a/b:1' },
  { it: 'blanks around it', image: ' nginx:1\n', meant: 'nginx:1' },
  { it: 'an empty tag', image: 'nginx:', meant: 'nginx' },
  { it: 'a blank inside', image: 'ngi nx', meant: undefined },
  { it: 'a template that was left', image: 'nginx:${TAG}', meant: undefined },
  { it: 'nothing', image: '', meant: undefined },
  { it: 'a host alone', image: 'docker.io/', meant: undefined },
  { it: 'an image ID', image: hex, meant: undefined },
  { it: 'a short digest', image: 'nginx@sha256:1234', meant: undefined },
  { it: 'an unknown algorithm', image: `nginx@md5:${hex.slice(0, 32)}`, meant: undefined },
  { it: 'a long repository', image: `ghcr.io/${'a'.repeat(256)}`, meant: undefined },
  { it: 'a long tag', image: `nginx:${'a'.repeat(129)}`, meant: undefined },
];

describe('parseImageReference', () => {
  for (const { it: sentence, image, is } of valid) {
    it(sentence, () => {
      const parsed = parseImageReference(image);
      assert(parsed.kind === 'reference');
      assert.equal(formatReference(parsed.reference), is);
    });
  }

  for (const { it: what, image, meant } of invalid) {
    it(`refuses ${what}${meant === undefined ? '' : ', and says what was meant'}`, () => {
      const parsed = parseImageReference(image);
      assert(parsed.kind === 'invalid');
      assert.equal(parsed.suggestion, meant);
    });
  }

  it('never throws, and what it accepts it accepts again in full', () => {
    const parts = fc.array(fc.constantFrom('a', 'B', '.', ':', '/', '@', '-', '_', 'sha256:', hex, 'é', ' ', '[::1]'));
    const texts = fc.oneof(
      fc.string({ unit: 'binary' }),
      parts.map((some) => some.join('')),
    );
    fc.assert(
      fc.property(texts, (text) => {
        const parsed = parseImageReference(text);
        if (parsed.kind === 'invalid') return;
        assert.deepEqual(parseImageReference(formatReference(parsed.reference)), parsed);
        assert(repositoryName(parsed.reference).includes('/'));
      }),
      { seed: 20, numRuns: 2_000 },
    );
  });

  it('takes linear time for text of any size', () => {
    const megabytes = ['a', 'a-', '/', ':', 'a.', '@', ' '].map((part) => part.repeat(1_000_000));
    for (const text of megabytes) assert.equal(parseImageReference(`${text}/x`).kind, 'invalid');
  });
});
