import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Answer } from '../../src/engine/answer.ts';
import * as answers from '../support/answers.ts';
import { pullSecret, rawSecret } from '../support/fake-ports.ts';
import { findingsOf, image, privateImage, testCases } from './check-case.ts';

const { host } = answers;
const good = pullSecret('good', { [host]: 'alice' });
const wrong = pullSecret('wrong', { [host]: 'mallory' });
const elsewhere = pullSecret('elsewhere', { 'quay.io': 'alice' });
const publicImage = { 'app:1': answers.found };
/** The pod spec that names these pull secrets. */
const naming = (...names: readonly string[]) => ({ imagePullSecrets: names.map((name) => ({ name })) });

testCases('the pull secret', [
  { it: 'works', spec: naming('good'), world: { images: privateImage, secrets: { good } }, finds: [] },
  { it: 'is not named by the pod', world: { images: privateImage, secrets: { good } }, finds: ['access-denied'] },
  {
    it: 'has a wrong password',
    spec: naming('wrong'),
    world: { images: privateImage, secrets: { wrong } },
    finds: ['access-denied'],
  },
  {
    it: 'is missing, which is part of the finding about the refusal',
    spec: naming('good'),
    world: { images: privateImage },
    finds: ['access-denied'],
  },
  {
    it: 'is missing and not needed',
    spec: naming('good'),
    world: { images: publicImage },
    finds: ['pull-secret-missing'],
  },
  {
    it: 'is missing, but another one works',
    spec: naming('gone', 'good'),
    world: { images: privateImage, secrets: { good } },
    finds: ['pull-secret-missing'],
  },
  {
    it: 'is for another registry',
    spec: naming('elsewhere'),
    world: { images: publicImage, secrets: { elsewhere } },
    finds: ['pull-secret-unusable'],
  },
  {
    it: 'is for another image of the same pod',
    images: [image, 'quay.io/team/tool:1'],
    spec: naming('elsewhere'),
    world: { images: { ...publicImage, 'team/tool:1': answers.found }, secrets: { elsewhere } },
    finds: [],
  },
  {
    it: 'is malformed, so that the one that works is never tried',
    spec: naming('good', 'bad'),
    world: { images: privateImage, secrets: { good, bad: rawSecret('bad', '{"auths":[]}') } },
    finds: ['pull-secret-malformed'],
  },
  {
    it: 'cannot be read, so that the refusal is not certain',
    spec: naming('good'),
    world: { images: privateImage, secrets: { good: { kind: 'forbidden' } } },
    finds: ['access-unknown', 'pull-secret-unreadable'],
  },
  {
    it: 'is missing and announced, with missingSecret pending',
    spec: naming('good'),
    world: { images: privateImage, announced: ['good'] },
    options: { missingSecret: 'pending' },
    finds: ['access-denied (secret-pending)'],
  },
  {
    it: 'is missing and not announced, with missingSecret pending',
    spec: naming('good'),
    world: { images: privateImage },
    options: { missingSecret: 'pending' },
    finds: ['access-denied'],
  },
  {
    it: 'is missing, with missingSecret warn',
    spec: naming('good'),
    world: { images: privateImage },
    options: { missingSecret: 'warn' },
    finds: ['access-denied (secret-pending)'],
  },
]);

testCases('the ServiceAccount', [
  {
    it: 'provides the secrets of a template that lists none',
    world: { images: privateImage, secrets: { good }, serviceAccounts: { default: ['good'] } },
    finds: [],
  },
  {
    it: 'is ignored if the template lists secrets',
    spec: naming('wrong'),
    world: { images: privateImage, secrets: { good, wrong }, serviceAccounts: { default: ['good'] } },
    finds: ['access-denied'],
  },
  {
    it: 'is ignored for a Pod, to which the API server has applied it',
    kind: 'Pod',
    world: { images: privateImage, secrets: { good }, serviceAccounts: { default: ['good'] } },
    finds: ['access-denied'],
  },
  {
    it: 'gave a Pod a secret for another registry, which the author did not choose',
    kind: 'Pod',
    spec: naming('elsewhere'),
    world: { images: publicImage, secrets: { elsewhere }, serviceAccounts: { default: ['elsewhere'] } },
    finds: [],
  },
  {
    it: 'gave a Pod a secret of the wrong type, which the author did not choose',
    kind: 'Pod',
    spec: naming('good'),
    world: {
      images: publicImage,
      secrets: { good: { ...good, type: 'Opaque' } },
      serviceAccounts: { default: ['good'] },
    },
    finds: [],
  },
  {
    it: 'does not list the useless secret of a Pod, which the author chose',
    kind: 'Pod',
    spec: naming('elsewhere'),
    world: { images: publicImage, secrets: { elsewhere }, serviceAccounts: { default: ['good'] } },
    finds: ['pull-secret-unusable'],
  },
  {
    it: 'cannot be read, so that it may list the useless secret of a Pod',
    kind: 'Pod',
    spec: naming('elsewhere'),
    world: { images: publicImage, secrets: { elsewhere }, serviceAccounts: { default: { kind: 'forbidden' } } },
    finds: [],
  },
  {
    it: 'does not exist',
    spec: { serviceAccountName: 'builder' },
    world: { images: publicImage },
    finds: ['service-account-missing'],
  },
  {
    it: 'is not reported if it is `default`, which a controller creates after the namespace',
    world: { images: publicImage, serviceAccounts: {} },
    finds: [],
  },
  {
    it: 'lists a secret without a name, which the kubelet ignores',
    world: { images: privateImage, secrets: { good }, serviceAccounts: { default: ['', 'good'] } },
    finds: [],
  },
  {
    it: 'lists only a secret without a name',
    world: { images: publicImage, serviceAccounts: { default: [''] } },
    finds: [],
  },
  {
    it: 'lists a secret for another registry, which is not reported',
    world: { images: publicImage, secrets: { elsewhere }, serviceAccounts: { default: ['elsewhere'] } },
    finds: [],
  },
]);

describe('a refusal names the secret of the ServiceAccount that', () => {
  const empty = pullSecret('empty', { [host]: '' });
  const bad = rawSecret('bad', '{"auths":[]}');
  const serviceAccounts = { default: ['', 'elsewhere', 'empty', 'bad', 'gone', 'good'] };
  const world = { images: privateImage, secrets: { good, wrong, elsewhere, empty, bad }, serviceAccounts };
  const cases = [
    { it: 'fits, if the pod lists a wrong one', spec: naming('wrong'), world, shadowed: 'good' },
    { it: 'fits, if the pod lists one for another registry', spec: naming('elsewhere'), world, shadowed: 'good' },
    { it: 'nobody knows, if the pod lists none', spec: {}, world: { images: privateImage }, shadowed: undefined },
    {
      it: 'nobody knows, if the ServiceAccount lists no other one',
      spec: naming('wrong'),
      world: { ...world, serviceAccounts: { default: ['wrong', 'elsewhere'] } },
      shadowed: undefined,
    },
    {
      it: 'nobody knows, if the ServiceAccount cannot be read',
      spec: naming('wrong'),
      world: { ...world, serviceAccounts: { default: { kind: 'forbidden' as const } } },
      shadowed: undefined,
    },
  ];
  for (const { it, spec, world, shadowed } of cases) {
    test(it, async () => {
      const { findings } = await findingsOf({ spec, world });
      const [refusal] = findings.filter(({ kind }) => kind === 'access-denied');
      assert(refusal?.kind === 'access-denied');
      assert.equal(refusal.shadowed, shadowed);
    });
  }
});

/** The answers of a registry that refuses mallory, and that gives this answer without a credential. */
const refusedTo = (anonymous: Answer) => ({ 'app:1': anonymous, 'app:1 as mallory': answers.refused });

describe('after a refused credential, one request without a credential tells whether the image is public:', () => {
  const cases = [
    { it: 'it is', images: refusedTo(answers.found), spec: naming('wrong'), isPublic: true, requests: 2 },
    { it: 'it is not', images: refusedTo(answers.noCredentials), spec: naming('wrong'), isPublic: false, requests: 2 },
    { it: 'it is missing', images: refusedTo(answers.notFound), spec: naming('wrong'), isPublic: false, requests: 2 },
    {
      it: 'the limit is reached',
      images: refusedTo(answers.throttled),
      spec: naming('wrong'),
      isPublic: undefined,
      requests: 2,
    },
    {
      it: 'the answer is an old one',
      images: refusedTo({ ...answers.found, stale: answers.throttled }),
      spec: naming('wrong'),
      isPublic: undefined,
      requests: 2,
    },
    {
      it: 'the only pull had no credential',
      images: refusedTo(answers.noCredentials),
      spec: {},
      isPublic: undefined,
      requests: 1,
    },
  ];
  for (const { it, images, spec, isPublic, requests } of cases) {
    test(it, async () => {
      const { findings, asked } = await findingsOf({ spec, world: { images, secrets: { wrong } } });
      const [refusal] = findings.filter(({ kind }) => kind === 'access-denied');
      assert(refusal?.kind === 'access-denied');
      assert.deepEqual([refusal.public, asked.length], [isPublic, requests]);
    });
  }
});
