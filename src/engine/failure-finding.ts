import type { Failure, Refused, Unreachable } from './answer.ts';
import type { UnseenCredential } from './unseen-credential.ts';
import type { Attempt, Finding, Mitigation, UnusedSecret } from './finding.ts';
import type { ImageUse } from './workload/image-use.ts';

/** All that is known of an image that no credential could pull. */
export interface FailedPull {
  readonly use: ImageUse;
  readonly cause: Failure;
  readonly attempts: readonly Attempt[];
  readonly unused: readonly UnusedSecret[];
  readonly unseen?: UnseenCredential;
  readonly nearestTags: readonly string[];
  readonly hidden: boolean;
  readonly mitigation?: Mitigation;
}

type UnreachableKind = 'registry-unknown-host' | 'registry-untrusted' | 'registry-unreachable';

const unreachableKinds: Readonly<Partial<Record<Unreachable['reason'], UnreachableKind>>> = {
  'dns-not-found': 'registry-unknown-host',
  'tls-untrusted': 'registry-untrusted',
  'tls-expired': 'registry-untrusted',
  'tls-wrong-host': 'registry-untrusted',
};

/** The finding that a failed pull is: a kind for each kind of answer, and no cause is lost on the way. */
export function failureFinding(pull: FailedPull): Finding {
  const { use, cause, attempts, unused, nearestTags, hidden } = pull;
  const about = pull.mitigation === undefined ? { use } : { use, mitigation: pull.mitigation };
  switch (cause.kind) {
    case 'not-found':
      return { kind: 'image-not-found', ...about, attempts, unused, nearestTags, hidden, answer: cause };
    case 'refused':
      return refusal(pull, cause, about);
    case 'throttled':
      return { kind: 'rate-limited', ...about, answer: cause };
    case 'unreachable':
      return unreachable(cause, about);
    case 'unsupported':
      return { kind: 'unsupported-manifest', ...about, answer: cause };
    case 'incomplete':
      return { kind: 'image-incomplete', ...about, part: 'manifest', answer: cause };
    case 'not-asked':
      // A breaker spares the wait, and changes nothing of the cause.
      return cause.because === undefined
        ? { kind: 'not-checked', ...about, answer: cause }
        : unreachable(cause.because, about);
  }
}

interface About {
  readonly use: ImageUse;
  readonly mitigation?: Mitigation;
}

function unreachable(answer: Unreachable, about: About): Finding {
  return { kind: unreachableKinds[answer.reason] ?? 'registry-unreachable', ...about, answer };
}

function refusal(pull: FailedPull, answer: Refused, about: About): Finding {
  const { attempts, unused, unseen } = pull;
  return unseen === undefined
    ? { kind: 'access-denied', ...about, attempts, unused, answer }
    : { kind: 'access-unknown', ...about, attempts, unused, answer, ...unseen };
}
