import type { CredentialSource } from '../engine/keyring/credential.ts';
import type { Attempt, UnusedSecret } from '../engine/finding.ts';
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
  const status = answer.kind === 'not-asked' ? undefined : answer.evidence.status;
  const words = answer.kind.replaceAll('-', ' ');
  return status === undefined ? words : `${words} (${status})`;
}

/** Why a pull secret was not used: `secret "regcred" has no entry for ghcr.io`. */
export function unusedWords({ secret, reason }: UnusedSecret, host: string, { namespace }: Subject): string {
  return `secret ${quote(secret, 80)} ${why[reason]({ host: inline(host, 80), namespace: inline(namespace, 63) })}`;
}

const why: Readonly<Record<UnusedSecret['reason'], (at: { host: string; namespace: string }) => string>> = {
  missing: ({ namespace }) => `does not exist in namespace "${namespace}"`,
  unreadable: () => 'could not be read by Pullgate',
  'wrong-type': () => 'does not have a type that the kubelet reads (kubernetes.io/dockerconfigjson)',
  'wrong-key': () => 'lacks the data key that its type requires (.dockerconfigjson)',
  'no-entry': ({ host }) => `has no entry for ${host}`,
  'empty-entry': ({ host }) => `has no user name or no password for ${host}`,
};

const mostLikelyFirst: readonly UnusedSecret['reason'][] = [
  'missing',
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
