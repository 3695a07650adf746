import type { Clock } from '../../lib/clock.ts';
import { waitFor } from '../../lib/wait.ts';

/** `promise`, or undefined after `ms` milliseconds; the reason of `signal` where that aborts first. */
export async function atMost<T>(
  ms: number,
  promise: Promise<T>,
  clock: Clock,
  signal: AbortSignal,
): Promise<T | undefined> {
  const { promise: over, resolve } = Promise.withResolvers<undefined>();
  const callOff = clock.schedule(ms, () => resolve(undefined));
  try {
    return await waitFor(Promise.race([promise, over]), signal);
  } finally {
    callOff();
  }
}
