import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { IndexEntry } from '../../src/engine/answer.ts';
import { limits } from '../../src/engine/limits.ts';
import * as answers from '../support/answers.ts';
import { pullSecret } from '../support/fake-ports.ts';
import { node } from '../support/pods.ts';
import { findingsOf, image, isAboutTag, privateImage } from './check-case.ts';
import { many, testLimits } from './limit-case.ts';

/** A secret with this many entries for the registry of the image. The last in the kubelet's order is `last`. */
function manyLogins(count: number, last: string): ReturnType<typeof pullSecret> {
  const [host = ''] = image.split('/');
  const keys = many(count - 1, (index) => [`${host}/app`.slice(0, host.length + 1 + (index % 4)), index] as const);
  return pullSecret('s', {
    ...Object.fromEntries(keys.map(([key, index]) => [`u${index}@${key}`, 'mallory'])),
    [host]: last,
  });
}

const [top, nested, child] = [answers.digestOf('a'), answers.digestOf('b'), answers.digestOf('c')];
const manifestType = 'application/vnd.oci.image.manifest.v1+json';
const indexType = 'application/vnd.oci.image.index.v1+json';
const variant: IndexEntry = {
  mediaType: manifestType,
  digest: child,
  platform: { os: 'linux', architecture: 'amd64' },
};
const inner: IndexEntry = { ...variant, mediaType: indexType, digest: nested };
const indexFound = { 'app:1': { ...answers.found, mediaType: indexType, digest: top } };

const refused = { images: privateImage };
const s = { imagePullSecrets: [{ name: 's' }] };

testLimits([
  {
    it: 'credentials: 20 are tried, and if none works, nobody knows',
    spec: s,
    world: { ...refused, secrets: { s: manyLogins(limits.credentials + 1, 'alice') } },
    finds: ['not-checked credentials 1'],
    asked: limits.credentials,
  },
  {
    it: 'credentials: the last of 20 is tried',
    spec: s,
    world: { ...refused, secrets: { s: manyLogins(limits.credentials, 'alice') } },
    finds: [],
    asked: limits.credentials,
  },
  {
    it: 'credentials: 20 that are refused are all that there are',
    spec: s,
    world: { ...refused, secrets: { s: manyLogins(limits.credentials, 'mallory') } },
    finds: ['access-denied 1'],
    // One more without a credential, to say whether the image is public.
    asked: limits.credentials + 1,
  },
  {
    it: 'variants: 50 are asked for',
    world: {
      images: indexFound,
      nodes: [node('a')],
      manifests: { [top]: { kind: 'index', entries: many(60, () => variant) } },
    },
    finds: ['image-incomplete 5', 'not-checked variants 1'],
    asked: 1 + limits.variants,
  },
  {
    it: 'variants: those of nested indexes count together',
    world: {
      images: indexFound,
      nodes: [node('a')],
      manifests: {
        [top]: { kind: 'index', entries: many(4, () => inner) },
        [nested]: { kind: 'index', entries: many(20, () => variant) },
      },
    },
    finds: ['image-incomplete 5', 'not-checked variants 1'],
    // The four nested indexes count as variants too.
    asked: 1 + limits.variants - 4,
  },
  {
    it: 'layers: 1,000 are asked for',
    options: { deep: true },
    world: {
      images: { 'app:1': { ...answers.found, digest: top } },
      manifests: {
        [top]: {
          kind: 'image',
          config: { mediaType: '', digest: nested },
          layers: many(limits.layers + 1, (at) => ({ mediaType: '', digest: `sha256:${at}` })),
        },
      },
      blobs: {
        [nested]: { kind: 'present' },
        ...Object.fromEntries(many(limits.layers, (at) => [`sha256:${at}`, { kind: 'present' }] as const)),
      },
    },
    finds: ['not-checked layers 1'],
    asked: 1,
  },
]);

test('a limit of questions: 10,000 are sent for all images together', async () => {
  const { findings, asked } = await findingsOf({
    images: many(600, (index) => `${answers.host}/app${index}:1`),
    spec: s,
    world: { secrets: { s: manyLogins(limits.credentials + 1, 'alice') } },
  });
  assert.equal(asked.length, limits.questions);
  const ofImages = findings.filter((finding) => !isAboutTag(finding));
  const reached = ofImages.map((finding) => finding.kind === 'not-checked' && finding.answer.limit);
  assert.deepEqual([reached.length, new Set(reached)], [600, new Set(['credentials', 'questions'])]);
});
