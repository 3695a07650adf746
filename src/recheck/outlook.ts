import type { NotAsked } from '../engine/answer.ts';
import type { Finding, FindingKind } from '../engine/finding.ts';

/**
 * Whether time can change a finding. `open`: a later check may remove or confirm it. `settled`: the pull fails,
 * whatever the policy does about it. `unrelated`: the finding does not show whether the pull works.
 */
export type Outlook = 'open' | 'settled' | 'unrelated';

const outlooks: Readonly<Record<FindingKind, Outlook>> = {
  'invalid-image-name': 'settled',
  'image-not-found': 'settled',
  'access-denied': 'settled',
  'access-unknown': 'open',
  'pull-secret-malformed': 'settled',
  'pull-secret-missing': 'unrelated',
  'pull-secret-unusable': 'unrelated',
  'pull-secret-unreadable': 'unrelated',
  'service-account-missing': 'open',
  'no-matching-platform': 'settled',
  'wrong-platform': 'unrelated',
  'image-incomplete': 'settled',
  'unsupported-manifest': 'settled',
  'never-pull-absent': 'settled',
  'never-pull': 'unrelated',
  'latest-tag': 'unrelated',
  'not-pinned': 'unrelated',
  'registry-unknown-host': 'open',
  'registry-untrusted': 'settled',
  'registry-unreachable': 'open',
  'registry-blocked': 'settled',
  'rate-limited': 'open',
  'not-checked': 'open',
};

/** Reasons for not asking a registry that time does not change. */
const lasting: ReadonlySet<NotAsked['reason']> = new Set([
  'loopback',
  'address',
  'realm',
  'private-realm',
  'insecure-realm',
  'redirect',
  'limit',
  'signature',
  'node-files',
  'short-name',
  'node-login',
  'other-credential',
  'bug',
]);

/** Returns whether a finding may change within seconds or minutes. */
export function outlook(finding: Finding): Outlook {
  if (finding.mitigation === 'secret-pending') return 'open';
  if (finding.kind === 'not-checked' && lasting.has(finding.answer.reason)) return 'unrelated';
  if (finding.kind === 'pull-secret-unreadable' && finding.reason !== 'forbidden') return 'open';
  return outlooks[finding.kind];
}
