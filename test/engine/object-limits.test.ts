import { limits } from '../../src/engine/limits.ts';
import type { JsonObject } from '../../src/lib/json.ts';
import * as answers from '../support/answers.ts';
import { pullSecret, rawSecret } from '../support/fake-ports.ts';
import { node } from '../support/pods.ts';
import { privateImage } from './check-case.ts';
import { many, testLimits } from './limit-case.ts';

function names(count: number): readonly { readonly name: string }[] {
  return many(count, (index) => ({ name: `s${index}` }));
}

/** A secret with this many entries for other hosts, each with the text before its name. */
function manyEntries(count: number, before = ''): ReturnType<typeof rawSecret> {
  const auths = Object.fromEntries(many(count, (index) => [`${before}r${index}.other.io`, {}]));
  return rawSecret('s', JSON.stringify({ auths }));
}

function terms(count: number): JsonObject {
  const nodeSelectorTerms = many(count, () => ({ matchExpressions: [{ key: 'a', operator: 'Exists' }] }));
  return { affinity: { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms } } } };
}

const top = answers.digestOf('a');
const indexFound = { 'app:1': { ...answers.found, mediaType: 'application/vnd.oci.image.index.v1+json', digest: top } };
const refused = { images: privateImage };
const s = { imagePullSecrets: [{ name: 's' }] };

testLimits([
  {
    it: 'hosts: the images at the first 50 are checked',
    images: many(60, (index) => `h${index}.io/app:1`),
    world: { images: { 'app:1': answers.found } },
    finds: ['not-checked hosts 10'],
    asked: 50,
  },
  {
    it: 'hosts: images that are never pulled do not count',
    spec: {
      containers: many(60, (at) => ({ name: `c${at}`, image: `h${at}.io/app:1`, imagePullPolicy: 'Never' })),
    },
    world: {},
    finds: ['never-pull 60'],
    asked: 0,
  },
  {
    it: 'hosts: 2,500 images of one host are checked',
    images: many(limits.images, (index) => `h.io/app${index}:1`),
    world: {},
    finds: [`image-not-found ${limits.images}`],
    asked: limits.images,
  },
  {
    it: 'images: the first 2,500 are checked',
    images: many(limits.images + 2, (index) => `h.io/app${index}:1`),
    world: {},
    finds: [`image-not-found ${limits.images}`, 'not-checked images 1'],
    asked: limits.images,
  },
  {
    it: 'pull secrets: if the first 50 do not work, nobody knows',
    spec: { imagePullSecrets: names(51) },
    world: refused,
    finds: ['not-checked pullSecrets 1', 'pull-secret-missing 50'],
    asked: 1,
  },
  {
    it: 'pull secrets: 50 are all that there are',
    spec: { imagePullSecrets: names(50) },
    world: refused,
    finds: ['access-denied 1'],
    asked: 1,
  },
  {
    it: 'pull secrets: a name counts once',
    spec: { imagePullSecrets: many(60, () => ({ name: 's' })) },
    world: { ...refused, secrets: { s: pullSecret('s', { [answers.host]: 'alice' }) } },
    finds: [],
    asked: 1,
  },
  {
    it: 'pull secrets: names of the ServiceAccount count too',
    world: { ...refused, serviceAccounts: { default: names(51).map(({ name }) => name) } },
    finds: ['not-checked pullSecrets 1', 'pull-secret-missing 50'],
    asked: 1,
  },
  {
    it: 'pull secrets: a public image is found anyway',
    spec: { imagePullSecrets: names(51) },
    world: { images: { 'app:1': answers.found } },
    finds: ['pull-secret-missing 50'],
    asked: 1,
  },
  {
    it: 'entries: a secret with more is not used',
    spec: s,
    world: { ...refused, secrets: { s: manyEntries(limits.secretEntries + 1) } },
    finds: ['not-checked secretEntries 1'],
    asked: 1,
  },
  {
    it: 'entries: those of all secrets count together',
    spec: { imagePullSecrets: names(2) },
    world: { ...refused, secrets: { s0: manyEntries(limits.secretEntries), s1: manyEntries(1) } },
    finds: ['not-checked secretEntries 1', 'pull-secret-unusable 1'],
    asked: 1,
  },
  {
    it: 'entries: up to the limit they are used',
    spec: s,
    world: { ...refused, secrets: { s: manyEntries(limits.secretEntries) } },
    finds: ['access-denied 1'],
    asked: 1,
  },
  {
    it: 'entries with a star have a limit of their own',
    spec: s,
    world: { ...refused, secrets: { s: manyEntries(limits.starEntries + 1, '*') } },
    finds: ['not-checked starEntries 1'],
    asked: 1,
  },
  {
    it: 'size: secrets of 4 million characters are not parsed',
    spec: s,
    world: { ...refused, secrets: { s: rawSecret('s', ' '.repeat(limits.secretSize)) } },
    finds: ['not-checked secretSize 1'],
    asked: 1,
  },
  {
    it: 'node terms: with more, images are checked without their platforms',
    spec: terms(limits.nodeTerms),
    world: { images: indexFound, nodes: [node('a')] },
    finds: ['not-checked nodeTerms 1'],
    asked: 1,
  },
  {
    it: 'node terms: up to the limit they are compared',
    spec: terms(limits.nodeTerms / 2),
    world: {
      images: indexFound,
      nodes: [node('a', { labels: { a: '' } })],
      manifests: { [top]: { kind: 'index', entries: [] } },
    },
    finds: ['no-matching-platform 1'],
    asked: 1,
  },
]);
