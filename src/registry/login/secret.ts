import type { Credential } from '../../engine/keyring/credential.ts';

/** User name and password in plain text: for the one request that carries them, and for nothing that stays. */
export interface Secret {
  readonly username: string;
  readonly password: string;
}

/** What a credential has to send; none where user or password is empty, which a runtime takes for anonymous. */
export function secretOf(credential: Credential): Secret | undefined {
  if (credential.kind === 'anonymous' || credential.username === '' || credential.password.empty) return undefined;
  return { username: credential.username, password: credential.password.reveal() };
}

/** The value of an Authorization header, RFC 7617. */
export function basicAuthorization({ username, password }: Secret): string {
  return `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
}
