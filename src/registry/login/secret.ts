import type { Credential } from '../../engine/keyring/credential.ts';

/** User name and password in plain text. Use it to build one request, and do not keep it. */
export interface Secret {
  readonly username: string;
  readonly password: string;
}

/**
 * Returns the user name and password of a credential. Undefined if either is empty, because a container runtime treats
 * that as anonymous.
 */
export function secretOf(credential: Credential): Secret | undefined {
  if (credential.kind === 'anonymous' || credential.username === '' || credential.password.empty) return undefined;
  return { username: credential.username, password: credential.password.reveal() };
}

/** Returns the value of an Authorization header with the scheme Basic (RFC 7617). */
export function basicAuthorization({ username, password }: Secret): string {
  return `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
}
