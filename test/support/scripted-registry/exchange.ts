/** One request to a server of the script, and its result. */
export interface Exchange {
  readonly server: string;
  /** The HTTP method. `(connection)` and `(TLS …)` stand for connections without a request. */
  readonly method: string;
  /** Path and query. */
  readonly path: string;
  /** Scheme and user, never a password: `Basic USER`, `Bearer USER`, `Bearer anonymous`, `form USER`. */
  readonly authorization: string | null;
  readonly accept: string | null;
  /** The status, or `hang`, `reset` or `silent` if none was sent. Null until there is a result. */
  status: number | 'hang' | 'reset' | 'silent' | null;
}

/** An exchange as one line for assertions: `HEAD /v2/team/app/manifests/v1 Basic alice 200`. */
export function sentence(exchange: Exchange): string {
  const { method, path, authorization, status } = exchange;
  return [method, path, authorization, status].filter((part) => part !== null && part !== '').join(' ');
}
