import type { IncomingHttpHeaders } from 'node:http';

/** The quota that a request counted against, as the registry reports it. */
export interface RateLimit {
  readonly limit?: number;
  readonly remaining?: number;
  /** The owner of the quota, as the registry names it: an account or an address. */
  readonly source?: string;
}

/** Parses the `ratelimit-*` headers of Docker Hub (`100;w=21600`). Undefined if there are none. */
export function rateLimitOf(headers: IncomingHttpHeaders): RateLimit | undefined {
  const limit = countOf(headers['ratelimit-limit']);
  const remaining = countOf(headers['ratelimit-remaining']);
  if (limit === undefined && remaining === undefined) return undefined;
  const source = headers['docker-ratelimit-source'];
  return {
    ...(limit !== undefined && { limit }),
    ...(remaining !== undefined && { remaining }),
    ...(typeof source === 'string' && /^[\w.:-]{1,64}$/.test(source) && { source }),
  };
}

function countOf(header: string | string[] | undefined): number | undefined {
  const digits = /^\s*(\d{1,9})\b/.exec(String(header ?? ''))?.[1];
  return digits === undefined ? undefined : Number(digits);
}
