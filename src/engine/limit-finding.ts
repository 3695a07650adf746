import type { Finding } from './finding.ts';
import type { ImageUse } from './workload/image-use.ts';
import type { Limit } from './limits.ts';

/** Returns the finding for what is not checked because of a limit: an image, or without `use` something of the object. */
export function limitFinding(limit: Limit, use?: ImageUse, host = ''): Finding {
  return {
    kind: 'not-checked',
    ...(use !== undefined && { use }),
    answer: { kind: 'not-asked', reason: 'limit', limit, host },
  };
}
