import { createHmac, randomBytes } from 'node:crypto';
import type { Credential } from '../../engine/keyring/credential.ts';
import type { Redacted } from '../../lib/redacted.ts';

// A random key per process, so that a leaked fingerprint cannot be used to test guessed passwords.
const processKey = randomBytes(32);

// The hash is most of the cost of a cache hit, so it is computed once per credential object.
const fingerprints = new WeakMap<Credential, string>();

/**
 * Returns a text that identifies a credential without revealing it. It is equal for equal user and password, and only
 * valid in this process.
 */
export function fingerprint(credential: Credential): string {
  if (credential.kind === 'anonymous') return credential.blank === true ? 'blank' : 'anonymous';
  const text = fingerprints.get(credential) ?? hash(credential.username, credential.password);
  fingerprints.set(credential, text);
  return text;
}

function hash(username: string, password: Redacted): string {
  return createHmac('sha256', processKey).update(`${username}\0${password.reveal()}`).digest('base64url');
}
