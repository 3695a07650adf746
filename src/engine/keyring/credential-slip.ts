import type { Credential } from './credential.ts';

/**
 * A character that probably got into a credential by accident. The kubelet and the container runtime send it as it is.
 * `password-line-feed`: the password ends in a line feed, as after `echo … | base64`.
 * `user-blank`: the user name starts or ends with white space.
 */
export type CredentialSlip = 'password-line-feed' | 'user-blank';

/** Returns the slip in a credential. Undefined if there is none, which does not mean that the registry accepts it. */
export function slipOf(credential: Credential): CredentialSlip | undefined {
  if (credential.kind === 'anonymous') return undefined;
  if (/[\r\n]$/.test(credential.password.reveal())) return 'password-line-feed';
  return credential.username === credential.username.trim() ? undefined : 'user-blank';
}
