import type { Failure, Found, Refused, Unreachable } from './answer.ts';
import { anonymous, type Credential } from './keyring/credential.ts';
import { slipOf } from './keyring/credential-slip.ts';
import type { Attempt } from './finding.ts';
import type { ImageReference } from './image/image-reference.ts';
import type { Question, Registry } from './ports.ts';

/** The image and the credential that worked, or all failed attempts and their main cause. */
export type PullOutcome =
  | { readonly kind: 'found'; readonly found: Found; readonly credential: Credential }
  | { readonly kind: 'failed'; readonly attempts: readonly Attempt[]; readonly cause: Failure };

/**
 * Tries the credentials in order until one works, like the kubelet: it also goes on after a 404. Without credentials,
 * makes one anonymous attempt. Stops early if the failure does not depend on the credential (for example, the host name
 * does not resolve), because another attempt would only use up the deadline. Throws only if `signal` aborts, or for a
 * bug.
 */
export async function tryCredentials(
  registry: Registry,
  image: Omit<Question, 'credential'>,
  credentials: readonly Credential[],
  signal: AbortSignal,
): Promise<PullOutcome> {
  const attempts: Attempt[] = [];
  for (const credential of credentials.length === 0 ? [anonymous] : credentials) {
    const answer = isUnsendable(credential)
      ? unsendableFailure(image.reference)
      : await registry.resolve({ ...image, credential }, signal);
    if (answer.kind === 'found') return { kind: 'found', found: answer, credential };
    attempts.push(attempt(credential, answer));
    if (isSameForAllCredentials(answer)) break;
  }
  return { kind: 'failed', attempts, cause: mainCause(attempts.map((attempt) => attempt.answer)) };
}

function attempt(credential: Credential, answer: Failure): Attempt {
  if (credential.kind === 'anonymous') {
    const byRuntime = 'evidence' in answer && answer.evidence.byRuntime === true;
    return byRuntime ? { source: { kind: 'runtime', entry: answer.evidence.host }, answer } : { answer };
  }
  const slip = slipOf(credential);
  return { source: credential.source, answer, ...(slip && { slip }) };
}

function isUnsendable(credential: Credential): boolean {
  return credential.kind === 'basic' && credential.unsendable === true;
}

/** The kubelet sends a credential to the container runtime as a protobuf string, which must be UTF-8. */
function unsendableFailure({ registry }: ImageReference): Refused {
  return { kind: 'refused', reason: 'not-utf8', evidence: { host: registry, asked: 'manifest', method: 'HEAD' } };
}

const independentOfCredential: ReadonlySet<Unreachable['reason']> = new Set([
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
  'unproven-host',
]);

function isSameForAllCredentials(answer: Failure): boolean {
  return (
    answer.kind === 'not-asked' ||
    answer.kind === 'forbidden' ||
    (answer.kind === 'unreachable' && independentOfCredential.has(answer.reason))
  );
}

/**
 * Which failure is the main cause. Inconclusive failures come first, because the pull is certain to fail only if it
 * fails with every credential. Among definite failures, the one that got furthest comes first: after a 404 the registry
 * had accepted the credential, after a refusal it had not.
 */
const byImportance: readonly Failure['kind'][] = [
  'not-asked',
  'unreachable',
  'throttled',
  'incomplete',
  'unsupported',
  'forbidden',
  'not-found',
  'refused',
];

function rank(answer: Failure): number {
  return 'otherHost' in answer ? 0 : byImportance.indexOf(answer.kind);
}

function mainCause(answers: readonly Failure[]): Failure {
  const [cause] = answers.toSorted((a, b) => rank(a) - rank(b));
  if (cause === undefined) throw new Error('no pull was attempted');
  return cause;
}
