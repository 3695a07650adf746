/** One request that a server of the script saw, and what it answered. */
export interface Exchange {
  readonly server: string;
  /** `(connection)` and `(TLS …)` stand for connections that never came to a request. */
  readonly method: string;
  /** With its query. */
  readonly path: string;
  /** `Basic USER`, `Bearer USER`, `Bearer anonymous`, `form USER`: who was speaking, never a password. */
  readonly authorization: string | null;
  readonly accept: string | null;
  /** `hang` and `reset` where no status was sent; null while the answer is still to come. */
  status: number | 'hang' | 'reset' | 'silent' | null;
}

/** `HEAD /v2/team/app/manifests/v1 Basic alice 200`: what a test compares a log by. */
export function sentence(exchange: Exchange): string {
  const { method, path, authorization, status } = exchange;
  return [method, path, authorization, status].filter((part) => part !== null && part !== '').join(' ');
}
