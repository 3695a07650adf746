import { createHmac, randomBytes } from 'node:crypto';
import type { Credential } from '../../engine/keyring/credential.ts';
import type { Redacted } from '../../lib/redacted.ts';

// Of this process alone: what leaks from a cache's key or a heap dump cannot be searched for a password elsewhere.
const processKey = randomBytes(32);

// A credential that is kept between admissions is hashed once: the hash is most of the cost of a cache's hit.
const known = new WeakMap<Credential, string>();

/** A name for a credential that reveals nothing of it: the same for the same user and password, good in this process only. */
export function fingerprint(credential: Credential): string {
  if (credential.kind === 'anonymous') return 'anonymous';
  const name = known.get(credential) ?? hash(credential.username, credential.password);
  known.set(credential, name);
  return name;
}

function hash(username: string, password: Redacted): string {
  return createHmac('sha256', processKey).update(`${username}\0${password.reveal()}`).digest('base64url');
}
