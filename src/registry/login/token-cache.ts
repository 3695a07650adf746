import { LRUCache } from 'lru-cache';
import type { Failure } from '../../engine/answer.ts';
import type { Clock } from '../../lib/clock.ts';
import { fingerprint } from './fingerprint.ts';
import { createSingleFlight } from '../../lib/single-flight.ts';
import { fetchToken, type Token, type TokenRequest } from './token.ts';
import type { Send } from '../network/transport.ts';

export interface Tokens {
  /** A token that is good for a while yet, one that is under way, or a new one. Throws where `signal` aborts. */
  get(request: TokenRequest, signal: AbortSignal): Promise<Token | Failure>;
  /** Whether `get` would answer without asking. */
  has(request: TokenRequest): boolean;
  /** The registry did not take it: it was withdrawn, or the clocks disagree. */
  drop(request: TokenRequest): void;
}

/** Tokens are kept for this many repositories and credentials; each takes a few KiB at most. */
const maxTokens = 2000;

/** A token is asked for once by all who need it, and kept until shortly before its end. */
export function createTokens(send: Send, clock: Clock): Tokens {
  const tokens = new LRUCache<string, { readonly token: Token; readonly until: number }>({ max: maxTokens });
  const flights = createSingleFlight<Token | Failure>(clock, 0);

  function good(key: string): Token | undefined {
    const kept = tokens.get(key);
    return kept !== undefined && clock.now() < kept.until ? kept.token : undefined;
  }

  return {
    async get(request, signal) {
      const key = keyOf(request);
      const kept = good(key);
      if (kept !== undefined) return kept;
      const { value } = await flights.fly(key, (own) => fetchToken(request, send, own), signal);
      if (value.kind === 'token') tokens.set(key, { token: value, until: clock.now() + value.lifeMs });
      return value;
    },
    has: (request) => good(keyOf(request)) !== undefined,
    drop: (request) => void tokens.delete(keyOf(request)),
  };
}

/** The registry's host is part of it: two registries may name one realm, and its answer may pass through their routes. */
function keyOf({ realm, service, scopes, credential, host }: TokenRequest): string {
  return JSON.stringify([realm.href, service, scopes, host, fingerprint(credential)]);
}
