import type { FindingKind } from '../finding.ts';

/** What is done about a finding. */
export type Action = 'deny' | 'warn' | 'ignore';

/** The action for each kind of finding. */
export type Policy = Readonly<Record<FindingKind, Action>>;

/** The names of the built-in policies, from the softest to the strictest. */
export type ProfileName = 'audit' | 'balanced' | 'strict';

/** For each kind: the actions in audit, balanced and strict. */
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
  'never-pull-absent': ['warn', 'warn', 'deny'],
  'never-pull': ['warn', 'warn', 'deny'],
  'latest-tag': ['warn', 'warn', 'deny'],
  'not-pinned': ['ignore', 'ignore', 'ignore'],
  'registry-unknown-host': ['warn', 'warn', 'deny'],
  'registry-untrusted': ['warn', 'warn', 'warn'],
  'registry-unreachable': ['warn', 'warn', 'warn'],
  'registry-blocked': ['warn', 'deny', 'deny'],
  'rate-limited': ['warn', 'warn', 'warn'],
  'not-checked': ['warn', 'warn', 'deny'],
} as const satisfies Record<FindingKind, readonly [Action, Action, Action]>;

/** All kinds of findings, in the order of the documentation. */
export const findingKinds = Object.keys(table) as readonly FindingKind[];

function column(index: 0 | 1 | 2): Policy {
  return Object.fromEntries(findingKinds.map((kind) => [kind, table[kind][index]])) as Policy;
}

/** The built-in policies. */
export const profiles: Readonly<Record<ProfileName, Policy>> = {
  audit: column(0),
  balanced: column(1),
  strict: column(2),
};

/** Returns `profile` with the actions in `overrides` replaced. */
export function withActions(profile: Policy, overrides: Partial<Policy>): Policy {
  return { ...profile, ...overrides };
}
