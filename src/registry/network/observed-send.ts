import type { Breakage } from './breakage.ts';
import type { Clock } from '../../lib/clock.ts';
import { type RateLimit, rateLimitOf } from './rate-limit.ts';
import type { Send } from './transport.ts';

/** One HTTP exchange, for metrics: with a registry, or on its behalf with a realm or a redirect's target. */
export interface Exchanged {
  /** The registry's, with its port. */
  readonly host: string;
  readonly method: 'HEAD' | 'GET' | 'POST';
  readonly status?: number;
  /** Why there is no status. */
  readonly failure?: Breakage;
  readonly ms: number;
}

/** Who is told of exchanges and quotas. */
export interface Observer {
  readonly onExchange?: (exchanged: Exchanged) => void;
  readonly onRateLimit?: (host: string, limit: RateLimit) => void;
}

/** `send`, and somebody is told of it. */
export function observedSend(send: Send, { onExchange, onRateLimit }: Observer, clock: Clock): Send {
  return async (request, route, signal) => {
    const start = clock.now();
    const answer = await send(request, route, signal);
    const { host, method } = request;
    const about = { host, method, ms: clock.now() - start };
    if (answer.kind === 'broken') {
      onExchange?.({ ...about, failure: answer.reason });
      return answer;
    }
    onExchange?.({ ...about, status: answer.status });
    const limit = onRateLimit === undefined ? undefined : rateLimitOf(answer.headers);
    if (limit !== undefined) onRateLimit?.(host, limit);
    return answer;
  };
}
