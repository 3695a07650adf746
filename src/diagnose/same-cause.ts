import type { Finding, FindingKind } from '../engine/finding.ts';
import type { UnreachableReason } from '../engine/unreachable-reason.ts';
import type { PullCause } from './pull-cause.ts';

/** The causes that mean the same as a finding. A registry may refuse access to hide that a repository does not exist. */
const sameCauses: Partial<Readonly<Record<FindingKind, readonly PullCause[]>>> = {
  'invalid-image-name': ['invalid-name'],
  'image-not-found': ['not-found', 'access-hidden'],
  'access-denied': ['access-hidden', 'unauthorized', 'forbidden', 'not-found', 'login-failed', 'credential-not-utf8'],
  'access-unknown': ['access-hidden', 'unauthorized', 'forbidden', 'not-found', 'login-failed'],
  'pull-secret-malformed': ['secret-malformed'],
  'no-matching-platform': ['no-platform'],
  'wrong-platform': ['other-platform'],
  'image-incomplete': ['incomplete-image'],
  'unsupported-manifest': ['old-manifest', 'unsupported-manifest', 'incomplete-image'],
  'never-pull': ['never-present'],
  'never-pull-absent': ['never-present'],
  'registry-unknown-host': ['unknown-host'],
  'registry-untrusted': ['untrusted-certificate', 'expired-certificate', 'wrong-certificate-host', 'runtime-config'],
  'registry-blocked': ['registry-blocked', 'signature-rejected'],
  'rate-limited': ['rate-limited'],
};

const sameReasons: Readonly<Record<UnreachableReason, readonly PullCause[]>> = {
  'dns-not-found': ['unknown-host'],
  'dns-failed': ['dns-failed'],
  'connection-refused': ['connection-refused', 'no-route'],
  reset: ['connection-reset'],
  timeout: ['timeout'],
  'tls-untrusted': ['untrusted-certificate'],
  'tls-expired': ['expired-certificate'],
  'tls-wrong-host': ['wrong-certificate-host'],
  'tls-failed': ['tls-failed'],
  'plain-http': ['plain-http'],
  proxy: ['proxy'],
  'server-error': ['server-error'],
  'token-answer': ['login-failed', 'server-error', 'rate-limited'],
  'web-page': ['not-a-registry'],
  protocol: ['not-a-registry'],
  'unproven-host': [],
};

/** Returns whether a finding about the registry now means the same as what the kubelet met. */
export function isSameCause(cause: PullCause, finding: Finding): boolean {
  if (finding.kind === 'registry-unreachable') {
    return cause === 'registry-unavailable' || sameReasons[finding.answer.reason].includes(cause);
  }
  return sameCauses[finding.kind]?.includes(cause) === true;
}
