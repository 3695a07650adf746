import type { Objection, Refused } from '../engine/answer.ts';
import type { CredentialSlip } from '../engine/keyring/credential-slip.ts';

/** For each slip in a refused credential: what is wrong, after the name of the secret, and how to fix it. */
export const slipWords: Readonly<Record<CredentialSlip, { readonly sentence: string; readonly advice: string }>> = {
  'password-line-feed': {
    sentence: 'its password ends in a line feed',
    advice: 'Create the secret again with the password alone ("echo" adds a line feed, "printf %s" does not)',
  },
  'user-blank': {
    sentence: 'its user name has a blank before or after it',
    advice: 'Create the secret again with the user name alone, without the blank',
  },
};

/** For each objection: what the registry says, in words of our own, and what to do. `source`: who was refused. */
export const objectionWords: Readonly<
  Record<Objection, { readonly sentence: (host: string, source: string) => string; readonly advice: string }>
> = {
  address: {
    sentence: (host) => `${host} says that it does not allow the address or network that the request came from`,
    advice: 'Allow the addresses of the nodes and of Pullgate in the firewall or the allow list of the registry.',
  },
  suspended: {
    sentence: (host, source) => `${host} says that an account is suspended or disabled (used: ${source})`,
    advice: 'Reactivate the account at the registry, or use another one.',
  },
  unpaid: {
    sentence: (host, source) => `${host} says that an account has no valid payment or subscription (used: ${source})`,
    advice: 'Settle the billing of the account at the registry, or use another one.',
  },
  policy: {
    sentence: (host) => `${host} says that a policy forbids this image: vulnerabilities, or no signature`,
    advice: 'Fix or sign the image and push it again, or change the policy of the registry.',
  },
};

/** For each reason of a refusal: what the registry does with a credential. */
export const refusedWith: Readonly<
  Record<Exclude<Refused['reason'], 'challenge'>, (host: string, source: string, answer: Refused) => string>
> = {
  'no-credentials': (host, source) => `${host} asks for credentials that ${source} does not have`,
  rejected: (host, source, { evidence }) =>
    evidence.status === 403
      ? `${host} rejects ${source} (403): it has expired or has no right to pull this image`
      : `${host} does not accept ${source}: wrong or expired password`,
  'token-refused': (host, source, { evidence }) =>
    evidence.status === 401
      ? `the token service of ${host} does not accept ${source}: wrong or expired password`
      : `the token service of ${host} does not allow ${source} to pull`,
  'no-permission': (host, source) => `${host} does not allow ${source} to pull this image`,
  'not-utf8': (host, source) =>
    `the user name or password in ${source} is not UTF-8 text, so no pull from ${host} works`,
};
