import type { CredentialSource } from '../engine/keyring/credential.ts';
import type { Attempt, UnusedSecret } from '../engine/finding.ts';
import type { NearMiss } from '../engine/keyring/near-miss.ts';
import type { Subject } from './by-kind.ts';
import { inline, quote } from './plain-text.ts';

/** The name of a credential's source: `secret "regcred"`. */
export function sourceName(source: CredentialSource): string {
  switch (source.kind) {
    case 'secret':
      return `secret ${quote(source.secret, 80)}`;
    case 'provider':
      return `the credential provider ${quote(source.provider, 80)}`;
    case 'node-config':
      return "the node's docker config";
    case 'local-config':
      return 'the local docker config';
    case 'runtime':
      return "the container runtime's own credential";
  }
}

/**
 * The credentials that were tried, in order, with the answer to each: `secret "regcred", entry "ghcr.io": refused
 * (401)`. Shows only the name of a secret and the key that matched. A key that may contain a user name or a password is
 * left out.
 */
export function triedWords(attempts: readonly Attempt[], unused: readonly UnusedSecret[]): readonly string[] {
  const used = attempts.map(({ source, answer }) => {
    const name = source === undefined ? 'no credentials' : `${sourceName(source)}${entryWords(source)}`;
    return `${name}: ${outcome(answer)}`;
  });
  return [
    ...used,
    ...unused.map(({ secret, reason }) => `secret ${quote(secret, 80)}: not used (${reason.replaceAll('-', ' ')})`),
  ];
}

function entryWords(source: CredentialSource): string {
  return source.kind === 'secret' && /^[\w.*:/[\]-]{1,100}$/.test(source.entry) ? `, entry ${quote(source.entry)}` : '';
}

function outcome(answer: Attempt['answer']): string {
  if (answer.kind === 'refused' && answer.reason === 'not-utf8') return 'not sent (not UTF-8 text)';
  const { status, unsent = false } = 'evidence' in answer ? answer.evidence : {};
  const words = `${unsent ? 'not sent, as the registry did not ask for it: ' : ''}${answer.kind.replaceAll('-', ' ')}`;
  return status === undefined ? words : `${words} (${status})`;
}

/** Why a pull secret was not used: `secret "regcred" has no entry for ghcr.io`. */
export function unusedWords({ secret, reason, near }: UnusedSecret, host: string, { namespace }: Subject): string {
  const because = why[reason]({ host: inline(host, 80), namespace: inline(namespace, 63) });
  return `secret ${quote(secret, 80)} ${because}${near === undefined ? '' : `, ${nearWords[near]}`}`;
}

const nearWords: Readonly<Record<NearMiss, string>> = {
  blank: 'only one whose key has a blank before or after it',
  scheme: 'only one whose key begins with a scheme other than http:// or https://',
  'no-port': 'only one for the same host without the port',
  'extra-port': 'only one for the same host with a port',
  'other-port': 'only one for the same host with another port',
  case: 'only one that spells the host with other capital letters',
  hub: 'only one with a name of Docker Hub that the kubelet does not use',
  path: 'only one for another path of that host',
};

const why: Readonly<Record<UnusedSecret['reason'], (at: { host: string; namespace: string }) => string>> = {
  missing: ({ namespace }) => `does not exist in namespace "${namespace}"`,
  unreadable: () => 'could not be read by Pullgate',
  'wrong-type': () => 'does not have a type that the kubelet reads (kubernetes.io/dockerconfigjson)',
  'wrong-key': () => 'lacks the data key that its type requires (.dockerconfigjson)',
  'no-entry': ({ host }) => `has no entry for ${host}`,
  'empty-entry': ({ host }) => `has no user name or no password for ${host}`,
  'no-auths': () => 'has its registries at the top of the docker config and not in "auths"',
  wrapped: () => 'has "auths" inside another object and not at the top of the docker config',
  manifest: () => 'contains the manifest of a Secret in place of a docker config',
  helpers: ({ host }) => `names only a credential helper for ${host}, which the kubelet never runs`,
};

const mostLikelyFirst: readonly UnusedSecret['reason'][] = [
  'missing',
  'no-auths',
  'wrapped',
  'manifest',
  'helpers',
  'no-entry',
  'wrong-type',
  'wrong-key',
  'empty-entry',
  'unreadable',
];

/** The unused secret that most likely explains why no credential was available. */
export function likeliestUnused(unused: readonly UnusedSecret[]): UnusedSecret | undefined {
  return unused.toSorted((a, b) => mostLikelyFirst.indexOf(a.reason) - mostLikelyFirst.indexOf(b.reason))[0];
}
