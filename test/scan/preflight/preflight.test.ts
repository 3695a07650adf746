import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Finding } from '../../../src/engine/finding.ts';
import { profiles, type ProfileName } from '../../../src/engine/policy/policy.ts';
import { judge } from '../../../src/engine/policy/verdict.ts';
import type { Cause } from '../../../src/scan/preflight/cause.ts';
import { causeOf } from '../../../src/scan/preflight/cause.ts';
import { preflight, type RunningPod } from '../../../src/scan/preflight/preflight.ts';
import { settlementOf } from '../../../src/scan/preflight/settlement.ts';
import { nameUnknown, notFound, unreachable } from '../../support/answers.ts';
import { sample, useOf } from '../../words/sample-findings.ts';

const host = 'registry.example.com';

function podOf(name: string, findings: readonly Finding[], profile: ProfileName = 'balanced'): RunningPod {
  return { namespace: 'shop', name, count: 1, verdict: judge(findings, profiles[profile]) };
}

function denied(repository: string): Finding {
  return sample('access-denied', { use: useOf('app', `${host}/${repository}:v1`) });
}

const causes: readonly (readonly [it: string, Finding, Cause | undefined])[] = [
  ['a refusal', denied('team/app'), 'credential'],
  ['a 404 that may hide the image', sample('image-not-found', { hidden: true }), 'credential'],
  ['a tag that is gone', sample('image-not-found', { answer: notFound, nearestTags: [] }), 'gone'],
  [
    'a repository that the registry does not know',
    sample('image-not-found', { answer: nameUnknown, nearestTags: [] }),
    'mirror',
  ],
  ['a pull secret that is broken now', sample('pull-secret-malformed'), 'gone'],
  ['an unknown certificate authority', sample('registry-untrusted'), 'ca'],
  ['a host that does not resolve', sample('registry-unknown-host'), 'dns'],
  ['a registry that does not answer', sample('registry-unreachable'), 'network'],
  ['a registry that answers 500', sample('registry-unreachable', { answer: unreachable('server-error') }), 'unsaid'],
  ['a rate limit', sample('rate-limited'), 'unsaid'],
  ['a check that took too long', sample('not-checked'), 'unsaid'],
  ['an image format that containerd does not pull', sample('unsupported-manifest'), 'runtime'],
  ['the tag :latest', sample('latest-tag'), 'policy'],
  ['a pull policy that needs the image on the node', sample('never-pull-absent'), undefined],
];

describe('the likely cause', () => {
  for (const [it, finding, cause] of causes)
    test(`of ${it}: ${cause ?? 'none'}`, () => assert.equal(causeOf(finding), cause));
});

describe('preflight', () => {
  test('is safe if nothing is refused', () => {
    assert.equal(preflight([podOf('web', [])]).outcome, 'safe');
    assert.equal(preflight([podOf('web', [sample('latest-tag')])]).outcome, 'safe');
  });

  test('is not safe if a pod is refused, and counts the pods like it', () => {
    const result = preflight([{ ...podOf('web', [denied('team/app')]), count: 3 }, podOf('other', [])]);
    assert.deepEqual([result.outcome, result.pods, result.refusedPods], ['refuses', 4, 3]);
  });

  test('cannot be said if a registry gave no answer', () =>
    assert.equal(preflight([podOf('web', [sample('rate-limited')])]).outcome, 'unsaid'));

  test('does not wait for a registry that Pullgate will never reach', () => {
    const result = preflight([podOf('web', [sample('registry-untrusted')])]);
    assert.equal(result.outcome, 'safe');
    assert.deepEqual(
      result.disagreements.map(({ cause, refused }) => [cause, refused]),
      [['ca', false]],
    );
  });

  test('groups by registry and cause, and names each image once', () => {
    const { disagreements } = preflight([
      podOf('web', [denied('team/app')]),
      podOf('api', [denied('team/api'), denied('team/app')]),
      podOf('old', [sample('image-not-found', { use: useOf('app', `${host}/team/old:v1`), answer: notFound })]),
    ]);
    assert.deepEqual(
      disagreements.map(({ registry, cause, images, pods }) => ({ registry, cause, images, pods })),
      [
        {
          registry: host,
          cause: 'credential',
          images: [`${host}/team/api:v1`, `${host}/team/app:v1`],
          pods: ['shop/api', 'shop/web'],
        },
        { registry: host, cause: 'gone', images: [`${host}/team/old:v1`], pods: ['shop/old'] },
      ],
    );
  });

  test('says nothing about a credential that the config expects', () => {
    const expected = sample('access-unknown', { because: 'pattern' });
    assert.deepEqual(preflight([podOf('web', [expected])]).disagreements, []);
  });
});

/** The settlement for pods with these findings. */
function settled(findings: readonly Finding[], profile: ProfileName = 'balanced') {
  return settlementOf(preflight([podOf('web', findings, profile)]).disagreements);
}

describe('the settlement', () => {
  test('expects a credential of the nodes for each repository', () =>
    assert.deepEqual(settled([denied('team/app'), denied('team/api')]).matchImages, [
      `${host}/team/api`,
      `${host}/team/app`,
    ]));

  test('expects it for the path that many repositories share', () => {
    const many = ['a', 'b', 'c', 'd'].map((name) => denied(`team/${name}`));
    assert.deepEqual(settled(many).matchImages, [`${host}/team/`]);
    assert.deepEqual(settled([...many, denied('other/a')]).matchImages, [host]);
  });

  test('exempts what the profile refuses, by image and kind', () => {
    const { exemptions, matchImages } = settled([sample('latest-tag', { use: useOf('app', 'busybox') })], 'strict');
    assert.deepEqual(
      exemptions.map(({ images, kinds }) => ({ images, kinds })),
      [{ images: ['busybox'], kinds: ['latest-tag'] }],
    );
    assert.deepEqual(matchImages, []);
  });

  test('exempts an unknown credential if the profile denies that too', () => {
    const unknown = sample('access-unknown', { because: 'pattern', use: useOf('app', `${host}/team/app:v1`) });
    const { exemptions, matchImages } = settled([unknown], 'strict');
    assert.deepEqual(matchImages, []);
    assert.deepEqual(exemptions[0]?.kinds, ['access-unknown']);
  });

  test('leaves what is gone as it is', () => {
    const { matchImages, exemptions } = settled([sample('image-not-found', { answer: notFound })]);
    assert.deepEqual([matchImages, exemptions], [[], []]);
  });

  test('asks for the CA of a registry, or for the mirrors of the nodes', () => {
    const { needCA, needCertsDir } = settled([sample('registry-untrusted'), sample('registry-unknown-host')]);
    assert.deepEqual([needCA, needCertsDir], [[host], [host]]);
  });
});
