import type { Inconclusive, Failure } from './answer.ts';

const doubtful = {
  'not-found': false,
  refused: false,
  unsupported: false,
  incomplete: false,
  throttled: true,
  unreachable: true,
  'not-asked': true,
} as const satisfies { readonly [K in Failure['kind']]: K extends Inconclusive['kind'] ? true : false };

/** Whether an answer of the registry port is a failure, and no success of any of its methods. */
export function isFailure(answer: { readonly kind: string }): answer is Failure {
  return Object.hasOwn(doubtful, answer.kind);
}

/** Whether a failure tells of the registry's state and not of the image. */
export function isInconclusive(failure: Failure): failure is Inconclusive {
  return doubtful[failure.kind];
}
