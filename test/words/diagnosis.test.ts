import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { diagnosisJson } from '../../src/cli/diagnosis-json.ts';
import { diagnosisTextReport } from '../../src/cli/diagnosis-text.ts';
import { backOffAfter } from '../../src/diagnose/back-off.ts';
import { causeSides, type PullCause } from '../../src/diagnose/pull-cause.ts';
import { builtInKinds } from '../../src/engine/workload/workload-kind.ts';
import { diagnosisText } from '../../src/words/diagnosis/diagnosis-text.ts';
import { kubeletText } from '../../src/words/diagnosis/kubelet-text.ts';
import { assertGolden } from '../support/golden.ts';
import { noon } from '../diagnose/pods.ts';
import { diagnosisOf, recorded } from './sample-diagnoses.ts';
import { sample, useOf } from './sample-findings.ts';

const causes = Object.keys(causeSides) as readonly PullCause[];

/** What the registry says where both sides agree, for the causes that a registry can confirm. */
const confirmed = {
  'invalid-name': sample('invalid-image-name'),
  'not-found': sample('image-not-found'),
  'access-hidden': sample('access-denied', { attempts: [] }),
  unauthorized: sample('access-denied'),
  forbidden: sample('access-unknown'),
  'secret-malformed': sample('pull-secret-malformed'),
  'rate-limited': sample('rate-limited'),
  'unknown-host': sample('registry-unknown-host'),
  timeout: sample('registry-unreachable'),
  'untrusted-certificate': sample('registry-untrusted'),
  'no-platform': sample('no-matching-platform'),
  'other-platform': sample('wrong-platform'),
  'old-manifest': sample('unsupported-manifest'),
  'incomplete-image': sample('image-incomplete'),
  'never-present': sample('never-pull-absent'),
} as const;

describe('the texts are as in the golden file', () => {
  test('if the registry would serve the image, for each cause', async () => {
    const texts = causes.map((cause) =>
      diagnosisText(diagnosisOf(recorded(cause), [], { pullingSinceMs: noon - 420_000 }), noon),
    );
    await assertGolden('diagnose-served.txt', `${texts.join('\n\n')}\n`);
  });

  test('if the registry says the same', async () => {
    const texts = Object.entries(confirmed).map(([cause, finding]) =>
      diagnosisText(diagnosisOf(recorded(cause as PullCause), [finding]), noon),
    );
    await assertGolden('diagnose-agreed.txt', `${texts.join('\n\n')}\n`);
  });

  test('in special cases', async () => {
    const bare = {
      kind: builtInKinds[0],
      name: 'web-7d4b9-x2x9z',
      controlled: false,
      use: useOf('app', 'registry.example.com/team/app:v1'),
    };
    const cases = [
      {
        it: 'the message names no cause, but the registry does',
        of: diagnosisOf(recorded('unknown'), [sample('image-not-found')]),
      },
      {
        it: 'the registry now has another problem',
        of: diagnosisOf(recorded('incomplete-image'), [sample('access-denied')]),
      },
      {
        it: 'the node does not get as far as the refusal',
        of: diagnosisOf(recorded('plain-http'), [sample('access-denied')]),
      },
      {
        it: 'neither gets through, each for another reason',
        of: diagnosisOf(recorded('unknown-host'), [sample('registry-untrusted')]),
      },
      { it: 'Pullgate got no answer', of: diagnosisOf(recorded('not-found'), [sample('registry-unreachable')]) },
      {
        it: 'CRI-O does not trust the certificate',
        of: diagnosisOf(recorded('untrusted-certificate'), [], { runtime: 'cri-o' }),
      },
      { it: 'Docker expects HTTPS', of: diagnosisOf(recorded('plain-http', 'docker'), []) },
      { it: 'a pod without a workload, fixed since', of: diagnosisOf(recorded('not-found'), [], { editable: bare }) },
      {
        it: 'the first failure, other pods, and a secret that does not exist',
        of: diagnosisOf(recorded('access-hidden'), [sample('access-denied'), sample('pull-secret-missing')], {
          backOff: backOffAfter(1, noon - 2_000),
          alike: ['web-7d4b9-aaaaa', 'web-7d4b9-bbbbb', 'web-7d4b9-ccccc', 'web-7d4b9-ddddd'],
          secretEvent:
            'Unable to retrieve some image pull secrets (regcred); attempting to pull the image may not succeed.',
        }),
      },
      {
        it: 'tries that the Events no longer show',
        of: diagnosisOf(recorded('timeout'), [], { backOff: backOffAfter(3, noon - 3_600_000) }),
      },
    ];
    const texts = cases.map(({ it, of }) => `# ${it}\n${diagnosisText(of, noon)}`);
    await assertGolden('diagnose-special.txt', `${texts.join('\n\n')}\n`);
  });

  test('as JSON, and as a report', async () => {
    const diagnoses = [
      diagnosisOf(recorded('unauthorized'), [sample('access-denied')]),
      diagnosisOf(recorded('timeout'), []),
    ];
    const report = {
      diagnoses,
      pods: 7,
      notes: ['Your account is not allowed to list events in namespace "shop".'],
      complete: false,
      at: noon,
    };
    await assertGolden('diagnose.json', diagnosisJson(report));
    assert.match(
      diagnosisTextReport(report),
      /\nnote: Your account .*\n7 pods: 2 containers wait for an image \(incomplete\)\n$/,
    );
    assert.equal(
      diagnosisTextReport({ diagnoses: [], pods: 1, notes: [], complete: true, at: noon }),
      '1 pod: no container waits for its image\n',
    );
  });
});

describe('a message of the kubelet is made harmless', () => {
  const cases: readonly (readonly [it: string, message: string, shown: string])[] = [
    [
      'a query with a token',
      'GET https://auth.test/token?account=bob&scope=x: 401',
      'GET https://auth.test/token?… 401',
    ],
    ['a user and a password', 'Get "https://bob:s3cret@r.test/v2/": EOF', 'Get "https://…@r.test/v2/": EOF'],
    ['a header', 'Authorization: Bearer abcdef123456 was refused', 'Authorization: Bearer … was refused'],
    ['a token of JWT', 'token eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJ4In0.c2ln is bad', 'token … is bad'],
    ['a form', 'refresh_token=abcdef&service=x', 'refresh_token=…&service=x'],
    ['a field of JSON', '{"password": "hunter22"}', '{"password":"…"}'],
    [
      'no words that only look like one',
      'failed to fetch anonymous token: unable',
      'failed to fetch anonymous token: unable',
    ],
    ['lines', 'one\r\n\r\n  two', 'one two'],
    ['colours', 'a \u001B[31mred', 'a \u{fffd}[31mred'],
  ];
  for (const [it, message, shown] of cases) test(it, () => assert.equal(kubeletText(message), shown));

  test('a long one', () => assert.equal(Array.from(kubeletText('x y '.repeat(10_000))).length, 300));
  test('a hostile one, in linear time', () => {
    const before = process.threadCpuUsage();
    for (const part of ['://', 'https://a@', 'token', 'Bearer ', 'eyJ', '?']) kubeletText(part.repeat(100_000));
    const { user, system } = process.threadCpuUsage(before);
    assert.ok(user + system < 2_000_000, `${user + system} µs`);
  });
});
