import { evidence, host, notFound as missingTag, refusedFor, unreachable } from '../support/answers.ts';
import type { Details, Finding, FindingKind } from '../../src/engine/finding.ts';
import { parseImageReference } from '../../src/engine/image/image-reference.ts';
import type { ImageUse } from '../../src/engine/workload/image-use.ts';
import type { Subject } from '../../src/words/by-kind.ts';

/** The object that the sample findings are about. */
export const subject: Subject = {
  kind: 'Deployment',
  namespace: 'prod',
  name: 'web',
  serviceAccount: 'default',
  editable: 'template',
};

/** A use of `image` by a container with this name. `more` overrides its fields. */
export function useOf(name: string, image: string, more: Partial<ImageUse> = {}): ImageUse {
  const path = 'spec.template.spec.containers[0].image';
  return { kind: 'container', name, path, image, pullPolicy: 'IfNotPresent', needed: true, ...more };
}

const regcred = { kind: 'secret', secret: 'regcred', entry: host } as const;
const amd64 = { os: 'linux', architecture: 'amd64' };
const arm64 = { os: 'linux', architecture: 'arm64', variant: 'v8' };
const notFound = { ...missingTag, evidence: evidence({ status: 404, code: 'MANIFEST_UNKNOWN', getStatus: 404 }) };
const rejected = refusedFor('rejected', { status: 401, code: 'UNAUTHORIZED' });
const noCredentials = refusedFor('no-credentials');
const missing = { secret: 'regcred', from: 'pod', reason: 'missing' } as const;
const noEntry = { secret: 'regcred', from: 'service-account', reason: 'no-entry', wantedKey: host } as const;
const digest = `sha256:${'0123456789abcdef'.repeat(4)}`;

const details: { readonly [K in FindingKind]: Details[K] } = {
  'invalid-image-name': { reason: 'the repository must be lower case', suggestion: `${host}/team/app:v1` },
  'image-not-found': {
    attempts: [{ source: regcred, answer: notFound }],
    answer: notFound,
    unused: [],
    nearestTags: ['1.2.3', '1.2.2'],
    hidden: false,
  },
  'access-denied': { attempts: [{ source: regcred, answer: rejected }], answer: rejected, unused: [] },
  'access-unknown': {
    attempts: [{ answer: noCredentials }],
    answer: noCredentials,
    unused: [missing],
    because: 'plugin',
    provider: 'ecr-credential-provider',
  },
  'pull-secret-malformed': { secret: 'regcred', reason: 'an auth is not base64' },
  'pull-secret-missing': { unused: missing },
  'pull-secret-unusable': { unused: noEntry },
  'pull-secret-unreadable': { what: 'secret', name: 'regcred', reason: 'forbidden' },
  'service-account-missing': { serviceAccount: 'robot' },
  'no-matching-platform': { wanted: [amd64], offered: [arm64] },
  'wrong-platform': { wanted: [amd64], offered: arm64 },
  'image-incomplete': {
    part: 'layer',
    digest,
    answer: { kind: 'not-found', evidence: evidence({ asked: 'blob', status: 404 }) },
  },
  'unsupported-manifest': { answer: { kind: 'unsupported', reason: 'schema1', evidence: evidence({ status: 200 }) } },
  'never-pull-absent': { nodes: 3, ageMs: 12_345 },
  'never-pull': {},
  'latest-tag': { written: 'no-tag' },
  'not-pinned': {},
  'registry-unknown-host': { answer: unreachable('dns-not-found') },
  'registry-untrusted': { answer: unreachable('tls-untrusted') },
  'registry-unreachable': { answer: unreachable('timeout') },
  'registry-blocked': { answer: { kind: 'forbidden', reason: 'blocked', host } },
  'rate-limited': {
    answer: { kind: 'throttled', retryAfterMs: 90_000, evidence: evidence({ status: 429, code: 'TOOMANYREQUESTS' }) },
  },
  'not-checked': { answer: { kind: 'not-asked', reason: 'deadline', host } },
};

/** A finding of this kind about the image of one container. `more` overrides its use, reference and details. */
export function sample<K extends FindingKind>(
  kind: K,
  more: Partial<Details[K]> & Partial<Pick<Finding, 'use' | 'reference' | 'mitigation' | 'onNodes'>> = {},
): Finding {
  const use =
    more.use ?? useOf('app', kind === 'invalid-image-name' ? `${host}/Team/App:v1` : `${host}/team/app:1.2.4`);
  const parsed = parseImageReference(use.image);
  const reference = parsed.kind === 'reference' ? { reference: parsed.reference } : {};
  return { kind, ...reference, ...details[kind], ...more, use } as Finding;
}
