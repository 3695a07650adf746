import { createHmac, randomBytes } from 'node:crypto';
import type { Credential } from '../engine/credential.ts';

// Of this process alone: what leaks from a cache's key or a heap dump cannot be searched for a password elsewhere.
const processKey = randomBytes(32);

/** A name for a credential that reveals nothing of it: the same for the same user and password, good in this process only. */
export function fingerprint(credential: Credential): string {
  if (credential.kind === 'anonymous') return 'anonymous';
  const { username, password } = credential;
  return createHmac('sha256', processKey).update(`${username}\0${password.reveal()}`).digest('base64url');
}
