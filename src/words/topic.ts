import { accessTopic } from './access.ts';
import type { ByKind } from './by-kind.ts';

/** The question behind every message, in two words: is it the reference, the credentials, or the way to the registry? */
export const topics: ByKind<string> = {
  'invalid-image-name': () => 'wrong reference',
  'image-not-found': ({ hidden }) => (hidden ? 'wrong reference or missing credentials' : 'wrong reference'),
  'access-denied': accessTopic,
  'access-unknown': accessTopic,
  'pull-secret-malformed': () => 'broken credentials',
  'pull-secret-missing': () => 'missing credentials',
  'pull-secret-unusable': () => 'unusable credentials',
  'pull-secret-unreadable': () => 'credentials not seen',
  'service-account-missing': () => 'missing service account',
  'no-matching-platform': () => 'wrong platform',
  'wrong-platform': () => 'wrong platform',
  'image-incomplete': () => 'broken image',
  'unsupported-manifest': () => 'broken image',
  'never-pull-absent': () => 'pull policy',
  'never-pull': () => 'pull policy',
  'latest-tag': () => 'moving tag',
  'not-pinned': () => 'moving tag',
  'registry-unknown-host': () => 'wrong host, or registry out of reach',
  'registry-untrusted': () => 'registry not trusted',
  'registry-unreachable': () => 'registry out of reach',
  'rate-limited': () => 'quota used up',
  'not-checked': () => 'no verdict',
};
