import type { IncomingHttpHeaders } from 'node:http';

/** What a registry says of the quota that an answer counted against. */
export interface RateLimit {
  readonly limit?: number;
  readonly remaining?: number;
  /** Whose quota it is, in the registry's own words: an account or an address. */
  readonly source?: string;
}

/** The `ratelimit-*` headers as Docker Hub sends them (`100;w=21600`); undefined where there are none. */
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
