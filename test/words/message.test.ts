import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import type { Finding } from '../../src/engine/finding.ts';
import { denialMessage } from '../../src/words/message.ts';
import { evidence, host, refusedFor, unreachable } from '../support/answers.ts';
import { sample, subject, useOf } from './sample-findings.ts';

const cases: readonly { it: string; finding: Finding; has: readonly RegExp[]; lacks?: readonly RegExp[] }[] = [
  {
    it: 'a missing tag shows container, path, image, answer, secret and the nearest tag',
    finding: sample('image-not-found'),
    has: [
      /"app"/,
      /containers\[0\]\.image/,
      /:1\.2\.4/,
      /404 MANIFEST_UNKNOWN/,
      /"regcred"/,
      /set image .*:1\.2\.3 -n prod/,
    ],
  },
  {
    it: 'a 401 from Docker Hub may mean a missing repository',
    finding: sample('access-denied', {
      use: useOf('app', 'team/app:v1'),
      attempts: [],
      answer: refusedFor('no-credentials', { host: 'docker.io', status: 401 }),
    }),
    has: [
      /credentials or wrong reference/,
      /Docker Hub answers the same in both cases/,
      /docker-server=https:\/\/index\.docker\.io\/v1\//,
      /patch serviceaccount default/,
    ],
  },
  {
    it: 'a refused rewritten image shows the registry that was asked, also in its commands',
    finding: sample('access-denied', {
      use: useOf('app', 'nginx:1'),
      reference: { registry: 'mirror.example.com', repository: 'hub/library/nginx', tag: '1' },
      attempts: [],
      answer: refusedFor('no-credentials', { host: 'mirror.example.com', status: 401 }),
    }),
    has: [/Perhaps "hub\/library\/nginx" does not exist/, /docker-server=mirror\.example\.com /],
    lacks: [/Docker Hub/, /index\.docker\.io/],
  },
  {
    it: 'a missing tag of a rewritten image shows the repository that was asked',
    finding: sample('image-not-found', {
      use: useOf('app', 'nginx:1'),
      reference: { registry: 'mirror.example.com', repository: 'hub/library/nginx', tag: '1' },
      nearestTags: ['1.27'],
    }),
    has: [/in "hub\/library\/nginx"/, /app=mirror\.example\.com\/hub\/library\/nginx:1\.27 /],
  },
  {
    it: 'a first segment with a capital letter is a host, not a user of Docker Hub',
    finding: sample('access-denied', {
      use: useOf('app', 'MyRegistry/app:1'),
      attempts: [],
      answer: refusedFor('no-credentials', { host: 'MyRegistry', status: 401 }),
    }),
    has: [/docker-server=MyRegistry /],
    lacks: [/index\.docker\.io/],
  },
  {
    it: 'a password that a token service refused has only one possible cause',
    finding: sample('access-denied', {
      attempts: [
        {
          source: { kind: 'secret', secret: 'hub', entry: 'docker.io' },
          answer: refusedFor('token-refused', { asked: 'token', status: 401 }),
        },
      ],
      answer: refusedFor('token-refused', { asked: 'token', status: 401 }),
    }),
    has: [/wrong credentials\./, /"hub"/],
    lacks: [/Perhaps/],
  },
  {
    it: 'a 403 from Artifactory may mean a missing tag',
    finding: sample('access-denied', {
      use: useOf('app', 'acme.jfrog.io/docker/app:v1'),
      answer: refusedFor('no-permission', { host: 'acme.jfrog.io', status: 403 }),
    }),
    has: [/Artifactory answers 403 in both cases/],
  },
  {
    it: 'a refused ECR password shows its lifetime',
    finding: sample('access-denied', {
      use: useOf('app', '1.dkr.ecr.eu-west-1.amazonaws.com/app:v1'),
      answer: refusedFor('rejected', { host: '1.dkr.ecr.eu-west-1.amazonaws.com', status: 403 }),
    }),
    has: [/12 hours/, /expired/],
  },
  {
    it: 'a key that contains a user name is not shown',
    finding: sample('access-denied', {
      attempts: [
        {
          source: { kind: 'secret', secret: 'regcred', entry: `https://bob:hunter2@${host}` },
          answer: refusedFor('rejected'),
        },
      ],
    }),
    has: [/secret "regcred"/],
    lacks: [/bob|hunter2/],
  },
  {
    it: 'a 404 without a code from a proxy cache may come from the registry behind it',
    finding: sample('image-not-found', {
      use: useOf('app', `${host}/hub-proxy/library/nginx:1.27`),
      answer: { kind: 'not-found', evidence: evidence({ status: 404 }) },
      nearestTags: [],
    }),
    has: [/proxy cache/],
  },
  {
    it: 'a 404 without credentials may hide a private repository',
    finding: sample('image-not-found', {
      attempts: [{ answer: { kind: 'not-found', evidence: evidence({ status: 404 }) } }],
      answer: { kind: 'not-found', evidence: evidence({ status: 404 }) },
      nearestTags: [],
      hidden: true,
    }),
    has: [/wrong reference or missing credentials/, /hides the repository/],
  },
  {
    it: 'different answers to HEAD and GET are both shown',
    finding: sample('image-not-found', {
      answer: { kind: 'not-found', evidence: evidence({ status: 404, getStatus: 200 }) },
    }),
    has: [/HEAD/, /GET: 200/],
  },
  {
    it: 'the login host that a registry names is not shown',
    finding: sample('not-checked', { answer: { kind: 'not-asked', reason: 'realm', host: 'auth.internal.corp' } }),
    has: [/registry\.example\.com/],
    lacks: [/internal/],
  },
  {
    it: 'if only HEAD is refused, the credential is not blamed',
    finding: sample('access-denied', { answer: refusedFor('rejected', { status: 401, getStatus: 200 }) }),
    has: [/broken registry/, /refuses HEAD requests/, /GET: 200/],
    lacks: [/expired/, /kubectl/],
  },
  {
    it: 'a mitigation shows why the finding is only a warning',
    finding: sample('image-not-found', { mitigation: 'on-node' }),
    has: [/Only a warning/],
  },
  {
    it: 'a registry that asks for a wait of years is not quoted',
    finding: sample('rate-limited', {
      answer: { kind: 'throttled', retryAfterMs: 38_343_673 * 60_000, evidence: evidence({ status: 429 }) },
    }),
    has: [/more than a day/],
    lacks: [/\d min/, /\d h\b/],
  },
  {
    it: 'a password that was not sent is neither wrong nor refused',
    finding: sample('access-denied', { answer: refusedFor('no-permission', { status: 403, unsent: true }) }),
    has: [/"regcred" was not sent/, /refused by the registry\./],
    lacks: [/expired/, /does not allow secret/, /create secret/],
  },
  {
    it: 'a password that was not sent is called so next to a 404',
    finding: sample('image-not-found', {
      attempts: [
        {
          source: { kind: 'secret', secret: 'regcred', entry: host },
          answer: { kind: 'not-found', evidence: evidence({ status: 404, unsent: true }) },
        },
      ],
    }),
    has: [/"regcred", entry .*: not sent, .*: not found \(404\)/],
  },
  {
    it: 'a request that was not sent is no evidence',
    finding: sample('access-denied', { answer: refusedFor('not-utf8', {}) }),
    has: [/not UTF-8/],
    lacks: [/evidence/],
  },
  {
    it: 'a wait of hours is in hours',
    finding: sample('rate-limited', {
      answer: { kind: 'throttled', retryAfterMs: 6 * 3_600_000, evidence: evidence({ status: 429 }) },
    }),
    has: [/Try again in 6 h\./],
  },
  {
    it: 'no node selector and no build is for an unknown platform',
    finding: sample('no-matching-platform', { offered: [{ os: 'unknown', architecture: 'unknown' }] }),
    has: [/only for an unknown platform/, /--platform linux\/amd64 /],
    lacks: [/nodeSelector/, /unknown nodes/],
  },
  {
    it: 'a platform name that is not shown is unknown',
    finding: sample('wrong-platform', { offered: { os: 'linux', architecture: 'a b' } }),
    has: [/is for an unknown platform, but/],
    lacks: [/nodeSelector/, /a b/],
  },
  {
    it: 'a token service that gives no token is named once, with its status',
    finding: sample('registry-unreachable', { answer: unreachable('token-answer', { asked: 'token', status: 404 }) }),
    has: [/the token service of registry\.example\.com gives no token .*\(404\)/i],
    lacks: [/asks for a token/],
  },
  {
    it: 'shell characters in an image are quoted in commands',
    finding: sample('invalid-image-name', { use: useOf('app', 'x'), suggestion: "a;$(reboot)'b" }),
    has: [/'app=a;\$\(reboot\)'\\''b'/],
  },
];

describe('a denial', () => {
  for (const { it, finding, has, lacks = [] } of cases) {
    test(it, () => {
      const message = denialMessage({ denied: [finding], warned: [] }, subject);
      for (const pattern of has) assert.match(message, pattern);
      for (const pattern of lacks) assert.doesNotMatch(message, pattern);
    });
  }

  test('shows no command that changes an object that is not stored yet', () => {
    const message = denialMessage({ denied: [sample('image-not-found')], warned: [] }, { ...subject, stored: false });
    assert.doesNotMatch(message, /kubectl/);
    assert.match(message, /image: registry\.example\.com\/team\/app:1\.2\.3/);
  });

  test('shows denied findings before warnings', () => {
    const message = denialMessage({ denied: [sample('image-not-found')], warned: [sample('rate-limited')] }, subject);
    assert.ok(message.indexOf('has no tag') < message.indexOf('as a warning'));
  });
});
