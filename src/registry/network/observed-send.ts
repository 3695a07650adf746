import type { Breakage } from './breakage.ts';
import type { Clock } from '../../lib/clock.ts';
import { type RateLimit, rateLimitOf } from './rate-limit.ts';
import type { Broken, HttpRequest, HttpResponse, Send } from './transport.ts';

/** One HTTP exchange, for metrics: with a registry, with its token endpoint, or with the target of its redirect. */
export interface Exchanged {
  /** Host and port of the registry, also if the request went to another host. */
  readonly host: string;
  readonly method: 'HEAD' | 'GET' | 'POST';
  readonly status?: number;
  /** Why there is no status. */
  readonly failure?: Breakage;
  /** Duration in ms, including the body. */
  readonly ms: number;
}

/** One request and its answer in full. Both may hold secrets. */
export interface Traffic {
  readonly request: HttpRequest;
  readonly answer: HttpResponse | Broken;
  /** Duration in ms, including the body. */
  readonly ms: number;
}

/** Callbacks for metrics and for the debug bundle. */
export interface Observer {
  readonly onTraffic?: (traffic: Traffic) => void;
  readonly onExchange?: (exchanged: Exchanged) => void;
  readonly onRateLimit?: (host: string, limit: RateLimit) => void;
}

/** Returns `send` with a call of the observer after each exchange. */
export function observedSend(send: Send, { onExchange, onRateLimit, onTraffic }: Observer, clock: Clock): Send {
  return async (request, route, signal) => {
    const start = clock.now();
    const answer = await send(request, route, signal);
    const { host, method } = request;
    const about = { host, method, ms: clock.now() - start };
    onTraffic?.({ request, answer, ms: about.ms });
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
