import type { Evidence, Refused, Unreachable, UnreachableReason } from '../../src/engine/answer.ts';
import type { Details, Finding, FindingKind } from '../../src/engine/finding.ts';
import type { ImageUse } from '../../src/engine/workload/image-use.ts';

export const host = 'registry.example.com';

export function useOf(name: string, image: string, more: Partial<ImageUse> = {}): ImageUse {
  const path = 'spec.template.spec.containers[0].image';
  return { kind: 'container', name, path, image, pullPolicy: 'IfNotPresent', needed: true, ...more };
}

export function evidence(more: Partial<Evidence> = {}): Evidence {
  return { host, asked: 'manifest', method: 'HEAD', ...more };
}

export function refused(reason: Refused['reason'], more: Partial<Evidence> = { status: 401 }): Refused {
  return { kind: 'refused', reason, evidence: evidence(more) };
}

export function unreachable(reason: UnreachableReason, more: Partial<Evidence> = {}): Unreachable {
  return { kind: 'unreachable', reason, evidence: evidence(more) };
}

const regcred = { kind: 'secret', secret: 'regcred', entry: host } as const;
const amd64 = { os: 'linux', architecture: 'amd64' };
const arm64 = { os: 'linux', architecture: 'arm64', variant: 'v8' };
const notFound = {
  kind: 'not-found',
  evidence: evidence({ status: 404, code: 'MANIFEST_UNKNOWN', getStatus: 404 }),
} as const;
const rejected = refused('rejected', { status: 401, code: 'UNAUTHORIZED' });
const noCredentials = refused('no-credentials');
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
  },
  'access-denied': { attempts: [{ source: regcred, answer: rejected }], answer: rejected, unused: [] },
  'access-unknown': {
    attempts: [{ answer: noCredentials }],
    answer: noCredentials,
    unused: [missing],
    because: 'plugin',
    provider: 'ecr-credential-provider',
  },
  'pull-secret-malformed': { secret: 'regcred', reason: 'an auth is not base64', registry: 'registry.example.com' },
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
  'never-pull-absent': { nodes: 3 },
  'never-pull': {},
  'latest-tag': { written: 'no-tag' },
  'not-pinned': {},
  'registry-unknown-host': { answer: unreachable('dns-not-found') },
  'registry-untrusted': { answer: unreachable('tls-untrusted') },
  'registry-unreachable': { answer: unreachable('timeout') },
  'rate-limited': {
    answer: { kind: 'throttled', retryAfterMs: 90_000, evidence: evidence({ status: 429, code: 'TOOMANYREQUESTS' }) },
  },
  'not-checked': { answer: { kind: 'not-asked', reason: 'deadline', host } },
};

/** A finding of this kind about an ordinary image; `more` overrides its details. */
export function sample<K extends FindingKind>(
  kind: K,
  more: Partial<Details[K]> & Partial<Pick<Finding, 'use' | 'mitigation'>> = {},
): Finding {
  const use = useOf('app', kind === 'invalid-image-name' ? `${host}/Team/App:v1` : `${host}/team/app:1.2.4`);
  return { kind, use, ...details[kind], ...more } as Finding;
}
