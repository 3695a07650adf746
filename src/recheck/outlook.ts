import type { NotAsked } from '../engine/answer.ts';
import type { Finding, FindingKind } from '../engine/finding.ts';

/**
 * What time can do for a finding. `open`: it may mend it, or prove it. `settled`: the pull fails, whatever a policy
 * does about it. `aside`: it says nothing of whether the pull works.
 */
export type Outlook = 'open' | 'settled' | 'aside';

const outlooks: Readonly<Record<FindingKind, Outlook>> = {
  'invalid-image-name': 'settled',
  'image-not-found': 'settled',
  'access-denied': 'settled',
  'access-unknown': 'open',
  'pull-secret-malformed': 'settled',
  'pull-secret-missing': 'aside',
  'pull-secret-unusable': 'aside',
  'pull-secret-unreadable': 'aside',
  'service-account-missing': 'open',
  'no-matching-platform': 'settled',
  'wrong-platform': 'aside',
  'image-incomplete': 'settled',
  'unsupported-manifest': 'settled',
  'never-pull-absent': 'settled',
  'never-pull': 'aside',
  'latest-tag': 'aside',
  'not-pinned': 'aside',
  'registry-unknown-host': 'open',
  'registry-untrusted': 'settled',
  'registry-unreachable': 'open',
  'rate-limited': 'open',
  'not-checked': 'open',
};

/** Reasons not to ask that are there to stay. */
const lasting: ReadonlySet<NotAsked['reason']> = new Set([
  'loopback',
  'address',
  'realm',
  'insecure-realm',
  'redirect',
]);

/** What a second look may bring, in seconds or minutes. */
export function outlook(finding: Finding): Outlook {
  if (finding.mitigation === 'secret-pending') return 'open';
  if (finding.kind === 'not-checked' && lasting.has(finding.answer.reason)) return 'aside';
  if (finding.kind === 'pull-secret-unreadable' && finding.reason !== 'forbidden') return 'open';
  return outlooks[finding.kind];
}
