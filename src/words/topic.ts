import { accessTopic } from './access.ts';
import type { ByKind } from './by-kind.ts';

/** The first words of each message. They tell what to check: the reference, the credentials, or the network. */
export const topics: ByKind<string> = {
  'invalid-image-name': () => 'wrong reference',
  'image-not-found': ({ hidden }) => (hidden ? 'wrong reference or missing credentials' : 'wrong reference'),
  'access-denied': accessTopic,
  'access-unknown': accessTopic,
  'pull-secret-malformed': () => 'broken credentials',
  'pull-secret-missing': () => 'missing credentials',
  'pull-secret-unusable': () => 'unusable credentials',
  'pull-secret-unreadable': () => 'unreadable credentials',
  'service-account-missing': () => 'missing service account',
  'no-matching-platform': () => 'wrong platform',
  'wrong-platform': () => 'wrong platform',
  'image-incomplete': () => 'broken image',
  'unsupported-manifest': () => 'broken image',
  'never-pull-absent': () => 'pull policy',
  'never-pull': () => 'pull policy',
  'latest-tag': () => 'mutable tag',
  'not-pinned': () => 'mutable tag',
  'registry-unknown-host': () => 'wrong host or unreachable registry',
  'registry-untrusted': () => 'untrusted registry',
  'registry-unreachable': () => 'unreachable registry',
  'registry-blocked': () => 'forbidden registry',
  'rate-limited': () => 'rate limit',
  'not-checked': () => 'no result',
};
