import type { Unreachable, UnreachableReason } from '../../engine/answer.ts';
import type { Question } from '../../engine/ports.ts';
import type { PortAnswer } from './decorate-each.ts';
import { repositoryKey } from './question-key.ts';

/** What an answer says about the registry. `untested`: nothing, because the registry was not asked. */
export type Verdict = 'connection-failed' | 'request-failed' | 'worked' | 'untested';

/** What a breaker stands for, and which failures it counts. */
export interface BreakerScope {
  readonly name: 'host' | 'namespace' | 'repository';
  /** The breakers of a group close together, as soon as a request for one of them works. */
  groupOf(question: Question): string;
  keyOf(question: Question): string;
  /** Failures of the same subject count once. Calls that shared a request get the same object as `failure`. */
  subjectOf(question: Question, failure: Unreachable): unknown;
  readonly verdicts: Readonly<Record<Verdict, 'failed' | 'worked' | 'unknown'>>;
}

/** Verdicts of a breaker for what only some requests meet. */
const ofRequests = {
  'connection-failed': 'unknown',
  'request-failed': 'failed',
  worked: 'worked',
  untested: 'unknown',
} as const;

function hostOf({ reference }: Question): string {
  return reference.registry;
}

/**
 * The breakers of a registry. Decision 13 says what each of them may stop, so that no namespace stops the calls of
 * another one.
 */
export const breakerScopes = {
  /** No connection to the host: that is the same for everybody. */
  host: {
    name: 'host',
    groupOf: hostOf,
    keyOf: hostOf,
    subjectOf: (_question, failure) => failure,
    verdicts: { 'connection-failed': 'failed', 'request-failed': 'worked', worked: 'worked', untested: 'unknown' },
  },
  /** Requests of a namespace fail for one repository after the other, and no request of anybody works. */
  namespace: {
    name: 'namespace',
    groupOf: hostOf,
    keyOf: ({ namespace = '' }) => namespace,
    subjectOf: ({ reference }) => reference.repository,
    verdicts: ofRequests,
  },
  /** Requests for a repository fail with one credential. */
  repository: {
    name: 'repository',
    groupOf: repositoryKey,
    keyOf: repositoryKey,
    subjectOf: (_question, failure) => failure,
    verdicts: ofRequests,
  },
} as const satisfies Readonly<Record<BreakerScope['name'], BreakerScope>>;

/**
 * Whether a reason counts as an outage: it usually takes long to detect. The other reasons are detected at once. Each
 * has a finding of its own, which an open breaker would hide.
 */
const isOutage: Readonly<Record<UnreachableReason, boolean>> = {
  timeout: true,
  'connection-refused': true,
  reset: true,
  'dns-failed': true,
  proxy: true,
  'server-error': true,
  'tls-failed': true,
  'dns-not-found': false,
  'tls-untrusted': false,
  'tls-expired': false,
  'tls-wrong-host': false,
  'plain-http': false,
  'token-answer': false,
  'web-page': false,
  protocol: false,
  'unproven-host': false,
};

/** Returns what an answer says about the registry. */
export function verdictOn(answer: PortAnswer): Verdict {
  // An empty list of tags may stand for a failure, which must not hide the images of the repository.
  if (answer.kind === 'tags') return answer.tags.length > 0 ? 'worked' : 'untested';
  if (answer.kind === 'not-asked') return 'untested';
  if (answer.kind !== 'unreachable' || !isOutage[answer.reason]) return 'worked';
  const { asked, status } = answer.evidence;
  // The registry had named the token service, so it could be reached itself.
  return answer.reached === true || status !== undefined || asked === 'token' ? 'request-failed' : 'connection-failed';
}
