import type { Failure, Refused, Unreachable } from './answer.ts';
import type { UnseenCredential } from './unseen-credential.ts';
import type { Attempt, Finding, Mitigation, RefusalFacts, UnusedSecret } from './finding.ts';
import type { ImageUse } from './workload/image-use.ts';

/** What is known about an image that no credential could pull. */
export interface FailedPull {
  readonly use: ImageUse;
  readonly cause: Failure;
  readonly attempts: readonly Attempt[];
  readonly unused: readonly UnusedSecret[];
  readonly unseen?: UnseenCredential;
  readonly nearestTags: readonly string[];
  /** See `mayBeHidden`. */
  readonly hidden: boolean;
  readonly mitigation?: Mitigation;
  /** For a refusal. */
  readonly facts?: RefusalFacts;
}

type UnreachableKind = 'registry-unknown-host' | 'registry-untrusted' | 'registry-unreachable';

const unreachableKinds: Readonly<Partial<Record<Unreachable['reason'], UnreachableKind>>> = {
  'dns-not-found': 'registry-unknown-host',
  'tls-untrusted': 'registry-untrusted',
  'tls-expired': 'registry-untrusted',
  'tls-wrong-host': 'registry-untrusted',
};

/** Returns the finding for a failed pull. Every kind of failure has its own kind of finding, so no cause is lost. */
export function failureFinding(pull: FailedPull): Finding {
  const { use, cause, attempts, unused, nearestTags, hidden } = pull;
  const common = pull.mitigation === undefined ? { use } : { use, mitigation: pull.mitigation };
  switch (cause.kind) {
    case 'not-found':
      return { kind: 'image-not-found', ...common, attempts, unused, nearestTags, hidden, answer: cause };
    case 'refused':
      return refusal(pull, cause, common);
    case 'throttled':
      return { kind: 'rate-limited', ...common, answer: cause };
    case 'unreachable':
      return unreachable(cause, common);
    case 'unsupported':
      return { kind: 'unsupported-manifest', ...common, answer: cause };
    case 'incomplete':
      return { kind: 'image-incomplete', ...common, part: 'manifest', answer: cause };
    case 'forbidden':
      return cause.reason === 'short-name'
        ? { kind: 'invalid-image-name', ...common, reason: withoutHost }
        : { kind: 'registry-blocked', ...common, answer: cause };
    case 'not-asked':
      // An open circuit breaker only avoids a wait. The cause is the failure that opened it.
      return cause.because === undefined
        ? { kind: 'not-checked', ...common, answer: cause }
        : unreachable(cause.because, common);
  }
}

const withoutHost = 'it has no host, and the nodes have no list of registries for such names';

interface Common {
  readonly use: ImageUse;
  readonly mitigation?: Mitigation;
}

function unreachable(answer: Unreachable, common: Common): Finding {
  return { kind: unreachableKinds[answer.reason] ?? 'registry-unreachable', ...common, answer };
}

function refusal(pull: FailedPull, answer: Refused, common: Common): Finding {
  const { attempts, unused, unseen, facts } = pull;
  return unseen === undefined
    ? { kind: 'access-denied', ...common, ...facts, attempts, unused, answer }
    : { kind: 'access-unknown', ...common, ...facts, attempts, unused, answer, ...unseen };
}
