import type { IncomingMessage } from 'node:http';

/** How reading into a buffer ended. `full`: `rest` does not fit; the request is paused and has more. */
export type Filled =
  | { readonly kind: 'end'; readonly used: number }
  | { readonly kind: 'full'; readonly used: number; readonly rest: Buffer }
  | { readonly kind: 'incomplete' }
  | { readonly kind: 'slow' };

/**
 * Reads the body of `request` into `target`, after its first `used` bytes, for at most `ms` milliseconds. `incomplete`:
 * the client closed the connection, or the request failed, before the end. Never rejects.
 */
export function fill(request: IncomingMessage, target: Buffer, used: number, ms: number): Promise<Filled> {
  const { promise, resolve } = Promise.withResolvers<Filled>();
  let at = used;
  const timer = setTimeout(() => end({ kind: 'slow' }), ms);

  function end(filled: Filled): void {
    clearTimeout(timer);
    request.off('data', onData).off('end', onEnd).off('error', onFailure).off('close', onFailure);
    resolve(filled);
  }
  function onData(chunk: Buffer): void {
    if (at + chunk.length > target.length) {
      request.pause();
      end({ kind: 'full', used: at, rest: chunk });
      return;
    }
    at += chunk.copy(target, at);
  }
  function onEnd(): void {
    end({ kind: 'end', used: at });
  }
  function onFailure(): void {
    end({ kind: 'incomplete' });
  }
  // A request that was paused may have failed meanwhile.
  if (request.destroyed) onFailure();
  else request.on('data', onData).on('end', onEnd).on('error', onFailure).on('close', onFailure).resume();
  return promise;
}
