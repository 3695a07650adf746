import { LRUCache } from 'lru-cache';
import type { Failure } from '../../engine/answer.ts';
import type { Clock } from '../../lib/clock.ts';
import { fingerprint } from './fingerprint.ts';
import { createSingleFlight } from '../../lib/single-flight.ts';
import { fetchToken, type TokenRequest } from './token.ts';
import type { Token } from './token-answer.ts';
import type { Send } from '../network/transport.ts';

/** A cache of bearer tokens. */
export interface Tokens {
  /**
   * Returns a token from the cache, or fetches one. Requests for the same token share one fetch. Throws if `signal`
   * aborts.
   */
  get(request: TokenRequest, signal: AbortSignal): Promise<Token | Failure>;
  /** Whether the cache has a valid token. */
  has(request: TokenRequest): boolean;
  /** Removes a token that the registry rejected: it was revoked, or the clocks differ. */
  drop(request: TokenRequest): void;
}

/** The maximum number of tokens in the cache. Each takes a few KiB at most. */
const maxTokens = 2000;

/**
 * Returns a cache that fetches tokens over `send`, or over `publicSend` if the realm must be public, and keeps each until
 * shortly before it expires.
 */
export function createTokens(send: Send, publicSend: Send, clock: Clock): Tokens {
  const tokens = new LRUCache<string, { readonly token: Token; readonly until: number }>({ max: maxTokens });
  const flights = createSingleFlight<Token | Failure>(clock, 0);

  function validToken(key: string): Token | undefined {
    const entry = tokens.get(key);
    return entry !== undefined && clock.now() < entry.until ? entry.token : undefined;
  }

  return {
    async get(request, signal) {
      const key = keyOf(request);
      const cached = validToken(key);
      if (cached !== undefined) return cached;
      const over = request.publicOnly ? publicSend : send;
      const { value } = await flights.fly(key, (sharedSignal) => fetchToken(request, over, sharedSignal), signal);
      if (value.kind === 'token') tokens.set(key, { token: value, until: clock.now() + value.lifeMs });
      return value;
    },
    has: (request) => validToken(keyOf(request)) !== undefined,
    drop: (request) => void tokens.delete(keyOf(request)),
  };
}

/**
 * The key has the host of the registry, because two registries can name the same realm and have different routes to it.
 */
function keyOf({ realm, publicOnly, service, scopes, credential, login, host }: TokenRequest): string {
  return JSON.stringify([realm.href, publicOnly, service, scopes, login.name, host, fingerprint(credential)]);
}
