import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { parseImageReference, type ImageReference } from '../../src/engine/image/image-reference.ts';
import { knownMoves, movedImage, moveOf, moveSentence } from '../../src/words/known-moves.ts';

function reference(image: string): ImageReference {
  const parsed = parseImageReference(image);
  assert.ok(parsed.kind === 'reference', image);
  return parsed.reference;
}

/** Whether it is a calendar day or month, not only digits. */
function isDate(text: string): boolean {
  const day = text.length === 7 ? `${text}-01` : text;
  const date = new Date(`${day}T00:00:00Z`);
  return /^\d{4}-\d{2}(?:-\d{2})?$/.test(text) && !Number.isNaN(date.getTime()) && date.toISOString().startsWith(day);
}

describe('each known move', () => {
  test('has an old place of its own', () => {
    const places = knownMoves.map(({ from }) => from);
    assert.equal(new Set(places).size, places.length);
  });

  for (const { from, to, what, since, note, source, sameTags, ...rest } of knownMoves) {
    test(`${from}: has valid fields and a source`, () => {
      assert.deepEqual(
        Object.keys(rest).filter((field) => field !== 'gone'),
        [],
      );
      for (const place of [from, to ?? from]) assert.equal(place, place.toLowerCase());
      for (const text of [what, note ?? what]) assert.match(text, /^[a-z].*[^.\s]$/);
      assert.ok(since === undefined || isDate(since), since);
      assert.equal(new URL(source).protocol, 'https:');
      assert.ok(to !== undefined || sameTags === undefined, 'only a new place has tags');
    });

    test(`${from}: is found for an image below it, and its new place is valid and has not moved`, () => {
      const host = reference(`${from}/app:1`);
      assert.equal(moveOf(host)?.from, from);
      const image = movedImage(host, { from, what, source, sameTags: true, ...(to === undefined ? {} : { to }) });
      assert.equal(image, to === undefined ? undefined : `${to}/app:1`);
      if (image !== undefined) assert.equal(moveOf(reference(image)), undefined);
    });
  }
});

const found: readonly { readonly image: string; readonly from: string | undefined; readonly it: string }[] = [
  { it: 'a registry', image: 'k8s.gcr.io/pause:3.9', from: 'k8s.gcr.io' },
  { it: 'a namespace', image: 'bitnami/redis:7', from: 'docker.io/bitnami' },
  { it: 'a repository', image: 'openjdk:17', from: 'docker.io/library/openjdk' },
  { it: 'the longest path', image: 'gcr.io/tekton-releases/a/b:1', from: 'gcr.io/tekton-releases' },
  { it: 'the registry for another path', image: 'gcr.io/mine/app:1', from: 'gcr.io' },
  { it: 'no path that only begins alike', image: 'bitnamilegacy/redis:7', from: undefined },
  { it: 'no repository that only begins alike', image: 'openjdk-build:17', from: undefined },
  { it: 'no path on another registry', image: 'mirror.example.com/bitnami/redis:7', from: undefined },
  { it: 'no registry with a port', image: 'k8s.gcr.io:8443/pause:3.9', from: undefined },
  { it: 'no registry below another one', image: 'my.k8s.gcr.io/pause:3.9', from: undefined },
];

describe('the move of an image matches', () => {
  for (const { it, image, from } of found) test(it, () => assert.equal(moveOf(reference(image))?.from, from));
});

const k8s = { from: 'k8s.gcr.io', what: 'was frozen', source: 'https://example.com' };
const sentences: readonly (readonly [image: string, move: Parameters<typeof movedImage>[1], sentence: string])[] = [
  [
    'k8s.gcr.io/pause:3.9',
    { ...k8s, since: '2023-04-03', to: 'registry.k8s.io', sameTags: true },
    'k8s.gcr.io was frozen on 2023-04-03: use registry.k8s.io/pause:3.9.',
  ],
  [
    'k8s.gcr.io/pause:3.9',
    { ...k8s, since: '2023-04', to: 'registry.k8s.io', note: 'which is new' },
    'k8s.gcr.io was frozen in 2023-04: use registry.k8s.io/pause, which is new.',
  ],
  [
    `k8s.gcr.io/pause@sha256:${'0'.repeat(64)}`,
    { ...k8s, to: 'registry.k8s.io', sameTags: true },
    'k8s.gcr.io was frozen: use registry.k8s.io/pause.',
  ],
  ['k8s.gcr.io/pause:3.9', { ...k8s, note: 'some is gone' }, 'k8s.gcr.io was frozen: some is gone.'],
  ['k8s.gcr.io/pause:3.9', k8s, 'k8s.gcr.io was frozen.'],
];

describe('the sentence about a move', () => {
  for (const [image, move, sentence] of sentences) {
    test(sentence, () => assert.equal(moveSentence(move, movedImage(reference(image), move)), sentence));
  }
});
