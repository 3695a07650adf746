import type { FindingKind } from '../finding.ts';

/** What is done about a finding. */
export type Action = 'deny' | 'warn' | 'ignore';

/** A kind without an action does not compile. */
export type Policy = Readonly<Record<FindingKind, Action>>;

/** Ready-made policies, from telling to strict. */
export type ProfileName = 'audit' | 'balanced' | 'strict';

/** kind: [audit, balanced, strict] */
const table = {
  'invalid-image-name': ['warn', 'deny', 'deny'],
  'image-not-found': ['warn', 'deny', 'deny'],
  'access-denied': ['warn', 'deny', 'deny'],
  'access-unknown': ['warn', 'warn', 'deny'],
  'pull-secret-malformed': ['warn', 'deny', 'deny'],
  'pull-secret-missing': ['warn', 'warn', 'deny'],
  'pull-secret-unusable': ['warn', 'warn', 'deny'],
  'pull-secret-unreadable': ['warn', 'warn', 'warn'],
  'service-account-missing': ['warn', 'warn', 'deny'],
  'no-matching-platform': ['warn', 'deny', 'deny'],
  'wrong-platform': ['warn', 'warn', 'deny'],
  'image-incomplete': ['warn', 'warn', 'deny'],
  'unsupported-manifest': ['warn', 'deny', 'deny'],
  'never-pull-absent': ['warn', 'deny', 'deny'],
  'never-pull': ['warn', 'warn', 'deny'],
  'latest-tag': ['warn', 'warn', 'deny'],
  'not-pinned': ['ignore', 'ignore', 'ignore'],
  'registry-unknown-host': ['warn', 'warn', 'deny'],
  'registry-untrusted': ['warn', 'warn', 'warn'],
  'registry-unreachable': ['warn', 'warn', 'warn'],
  'rate-limited': ['warn', 'warn', 'warn'],
  'not-checked': ['warn', 'warn', 'deny'],
} as const satisfies Record<FindingKind, readonly [Action, Action, Action]>;

/** Every kind of finding, in the order of the documentation. */
export const findingKinds = Object.keys(table) as readonly FindingKind[];

function column(index: 0 | 1 | 2): Policy {
  return Object.fromEntries(findingKinds.map((kind) => [kind, table[kind][index]])) as Policy;
}

/** The profiles that come built in. */
export const profiles: Readonly<Record<ProfileName, Policy>> = {
  audit: column(0),
  balanced: column(1),
  strict: column(2),
};

/** `profile` with single actions replaced. */
export function withActions(profile: Policy, overrides: Partial<Policy>): Policy {
  return { ...profile, ...overrides };
}
