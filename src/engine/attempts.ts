import type { Failure, Found, Unreachable } from './answer.ts';
import { anonymous, type Credential } from './keyring/credential.ts';
import type { Attempt } from './finding.ts';
import type { ImageReference } from './image/image-reference.ts';
import type { Registry } from './ports.ts';

/** What came of trying every credential: an image with the credential that reached it, or every refusal. */
export type PullOutcome =
  | { readonly kind: 'found'; readonly found: Found; readonly credential: Credential }
  | { readonly kind: 'failed'; readonly attempts: readonly Attempt[]; readonly cause: Failure };

/**
 * Pulls as the kubelet does: one credential after the other, each to its end, also after a 404, until one succeeds;
 * none at all is one anonymous try. A failure that no credential changes (the name does not resolve, nobody answers)
 * ends it: asking again would only spend the deadline.
 */
export async function tryCredentials(
  registry: Registry,
  reference: ImageReference,
  credentials: readonly Credential[],
  signal: AbortSignal,
): Promise<PullOutcome> {
  const attempts: Attempt[] = [];
  for (const credential of credentials.length === 0 ? [anonymous] : credentials) {
    const answer = await registry.resolve({ reference, credential }, signal);
    if (answer.kind === 'found') return { kind: 'found', found: answer, credential };
    attempts.push(credential.kind === 'basic' ? { source: credential.source, answer } : { answer });
    if (holdsForEveryCredential(answer)) break;
  }
  return { kind: 'failed', attempts, cause: causeOf(attempts.map((attempt) => attempt.answer)) };
}

const sameForAll: ReadonlySet<Unreachable['reason']> = new Set([
  'dns-not-found',
  'dns-failed',
  'connection-refused',
  'timeout',
  'tls-untrusted',
  'tls-expired',
  'tls-wrong-host',
  'tls-failed',
  'plain-http',
  'proxy',
]);

function holdsForEveryCredential(answer: Failure): boolean {
  return answer.kind === 'not-asked' || (answer.kind === 'unreachable' && sameForAll.has(answer.reason));
}

/**
 * UnseenCredential first: the pull is certain to fail only where every credential is certain to fail. Among certain failures
 * the one that got furthest says most: a 404 was let in, a refusal was not.
 */
const mostTelling: readonly Failure['kind'][] = [
  'not-asked',
  'unreachable',
  'throttled',
  'incomplete',
  'unsupported',
  'not-found',
  'refused',
];

function rank(answer: Failure): number {
  return 'otherHost' in answer ? 0 : mostTelling.indexOf(answer.kind);
}

function causeOf(answers: readonly Failure[]): Failure {
  const [cause] = answers.toSorted((a, b) => rank(a) - rank(b));
  if (cause === undefined) throw new Error('an image was given up without an attempt');
  return cause;
}
