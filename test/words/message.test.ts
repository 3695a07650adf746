import assert from 'node:assert/strict';
import { test } from 'node:test';

import { auditAnnotations } from '../../src/words/annotations.ts';
import type { Finding } from '../../src/engine/finding.ts';
import { denialMessage } from '../../src/words/message.ts';
import { utf8Length } from '../../src/words/plain-text.ts';
import { findingKinds } from '../../src/engine/policy/policy.ts';
import { warningTexts } from '../../src/words/warnings.ts';
import { evidence, host, refusedFor, unreachable } from '../support/answers.ts';
import { sample, useOf } from './sample-findings.ts';

const subject = {
  kind: 'Deployment',
  namespace: 'prod',
  name: 'web',
  serviceAccount: 'default',
  editable: 'template',
} as const;
const nasty = `${host}/a\u001b[2J\r\nWarning: all is well\u202e${'😀'.repeat(5000)}\ud83d:v1`;

function deny(...denied: readonly Finding[]): string {
  return denialMessage({ denied, warned: [] }, subject);
}

function many(count: number, imageOf: (index: number) => string): readonly Finding[] {
  return Array.from({ length: count }, (_, index) =>
    sample('image-not-found', { use: useOf(`c${index}`, imageOf(index)) }),
  );
}

const contents: readonly { it: string; finding: Finding; has: readonly RegExp[]; lacks?: readonly RegExp[] }[] = [
  {
    it: 'a missing tag names container, path, image, answer, secret and the nearest tag',
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
    it: 'Docker Hub hides a missing repository behind a 401',
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
    it: 'a refusal of a rewritten image names the registry that was asked, in its commands too',
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
    it: 'a missing tag of a rewritten image is looked for where it was asked for',
    finding: sample('image-not-found', {
      use: useOf('app', 'nginx:1'),
      reference: { registry: 'mirror.example.com', repository: 'hub/library/nginx', tag: '1' },
      nearestTags: ['1.27'],
    }),
    has: [/in "hub\/library\/nginx"/, /app=mirror\.example\.com\/hub\/library\/nginx:1\.27 /],
  },
  {
    it: 'a first segment with a capital is a host, and not a user of Docker Hub',
    finding: sample('access-denied', {
      use: useOf('app', 'MyRegistry/app:1'),
      attempts: [],
      answer: refusedFor('no-credentials', { host: 'MyRegistry', status: 401 }),
    }),
    has: [/docker-server=MyRegistry /],
    lacks: [/index\.docker\.io/],
  },
  {
    it: 'a password that a token service turned down leaves no second reading',
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
    it: 'a 403 may be a missing tag at Artifactory',
    finding: sample('access-denied', {
      use: useOf('app', 'acme.jfrog.io/docker/app:v1'),
      answer: refusedFor('no-permission', { host: 'acme.jfrog.io', status: 403 }),
    }),
    has: [/Artifactory answers 403 in both cases/],
  },
  {
    it: 'ECR passwords live twelve hours',
    finding: sample('access-denied', {
      use: useOf('app', '1.dkr.ecr.eu-west-1.amazonaws.com/app:v1'),
      answer: refusedFor('rejected', { host: '1.dkr.ecr.eu-west-1.amazonaws.com', status: 403 }),
    }),
    has: [/12 hours/, /expired/],
  },
  {
    it: 'only the key that matched is shown, and no user name within it',
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
    it: 'a bare 404 of a proxy cache may be a limit further up',
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
    it: 'HEAD and GET that disagree are both told',
    finding: sample('image-not-found', {
      answer: { kind: 'not-found', evidence: evidence({ status: 404, getStatus: 200 }) },
    }),
    has: [/HEAD/, /GET: 200/],
  },
  {
    it: 'where a registry sends its log-in is not repeated',
    finding: sample('not-checked', { answer: { kind: 'not-asked', reason: 'realm', host: 'auth.internal.corp' } }),
    has: [/registry\.example\.com/],
    lacks: [/internal/],
  },
  {
    it: 'a refusal that GET does not share is not laid to the credential',
    finding: sample('access-denied', { answer: refusedFor('rejected', { status: 401, getStatus: 200 }) }),
    has: [/broken registry/, /to a HEAD request/, /GET: 200/],
    lacks: [/expired/, /kubectl/],
  },
  {
    it: 'a mitigation says why it is only a warning',
    finding: sample('image-not-found', { mitigation: 'on-node' }),
    has: [/Only a warning/],
  },
  {
    it: 'what an image would do to a shell is quoted',
    finding: sample('invalid-image-name', { use: useOf('app', 'x'), suggestion: "a;$(reboot)'b" }),
    has: [/'app=a;\$\(reboot\)'\\''b'/],
  },
];

for (const { it, finding, has, lacks = [] } of contents) {
  test(`denial: ${it}`, () => {
    const message = deny(finding);
    for (const pattern of has) assert.match(message, pattern);
    for (const pattern of lacks) assert.doesNotMatch(message, pattern);
  });
}

test('denial: every reason for not reaching a registry reads differently', () => {
  const reasons = [
    'dns-not-found',
    'dns-failed',
    'connection-refused',
    'reset',
    'timeout',
    'tls-untrusted',
    'tls-expired',
  ] as const;
  const more = [
    'tls-wrong-host',
    'tls-failed',
    'plain-http',
    'proxy',
    'server-error',
    'token-answer',
    'protocol',
  ] as const;
  const texts = [...reasons, ...more].map(
    (reason) => warningTexts([sample('registry-unreachable', { answer: unreachable(reason) })], subject)[0],
  );
  assert.equal(new Set(texts).size, texts.length);
});

test('denial: an object that is not stored yet gets no command that changes it', () => {
  const message = denialMessage({ denied: [sample('image-not-found')], warned: [] }, { ...subject, stored: false });
  assert.doesNotMatch(message, /kubectl/);
  assert.match(message, /image: registry\.example\.com\/team\/app:1\.2\.3/);
});

test('denial: many broken images stay within 4 KiB, and what is left out is counted', () => {
  const message = deny(...many(300, (index) => `${host}/team/app${index}:v1`));
  assert.ok(utf8Length(message) <= 4096);
  assert.match(message, /300 problems/);
  assert.match(message, /and \d+ more\.$/);
});

test('denial: denied images come before those that are only warned of', () => {
  const message = denialMessage({ denied: [sample('image-not-found')], warned: [sample('rate-limited')] }, subject);
  assert.ok(message.indexOf('has no tag') < message.indexOf('as a warning'));
});

test('denial: one image in ten containers is one problem', () => {
  assert.doesNotMatch(deny(...many(10, () => `${host}/team/app:v1`)), /problems/);
});

for (const kind of findingKinds) {
  test(`words: ${kind} of a hostile image is bounded, printable and well-formed`, () => {
    const finding = sample(kind, { use: useOf(nasty, nasty, { path: nasty }) });
    const hostile = { kind: 'Deployment', namespace: nasty, name: nasty, serviceAccount: nasty };
    const message = denialMessage({ denied: [finding], warned: [finding] }, hostile);
    const [warning = ''] = warningTexts([finding], hostile);
    assert.ok(utf8Length(message) <= 4096);
    assert.ok(utf8Length(warning) <= 256);
    assert.doesNotMatch(message.replaceAll('\n', ''), /\p{C}/u);
    assert.doesNotMatch(warning, /\p{C}/u);
  });
}

test('warnings: the same image in ten containers is one warning', () => {
  assert.equal(
    warningTexts(
      many(10, () => `${host}/team/app:v1`),
      subject,
    ).length,
    1,
  );
});

test('warnings: hundreds are bounded in number and size, and the rest is counted', () => {
  const texts = warningTexts(
    many(300, (index) => `${host}/${index}/${nasty}`),
    subject,
  );
  assert.equal(texts.length, 16);
  assert.ok(texts.reduce((sum, text) => sum + utf8Length(text), 0) <= 4096);
  assert.match(texts.at(-1) ?? '', /and 285 more/);
});

test('audit annotations: findings are JSON of at most 8 KiB, and what is left out is counted', () => {
  const denied = many(300, (index) => `${host}/${index}/${nasty}`);
  const annotations = auditAnnotations({ allowed: false, denied, warned: [sample('latest-tag')] });
  const findings = JSON.parse(annotations['findings'] ?? '') as readonly { kind: string; action: string }[];
  assert.equal(annotations['verdict'], 'denied');
  assert.equal(findings[0]?.action, 'deny');
  assert.ok(utf8Length(annotations['findings'] ?? '') <= 8192);
  assert.equal(findings.length + Number(annotations['findings-omitted']), 301);
  assert.ok(Object.keys(annotations).every((key) => !key.includes('/')));
});
