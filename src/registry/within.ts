/**
 * What `work` comes to within `ms` milliseconds; where it takes longer it is called off, and the answer is undefined.
 * Throws where `signal` aborts.
 */
export async function within<T>(
  ms: number,
  signal: AbortSignal,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T | undefined> {
  const patience = AbortSignal.any([signal, AbortSignal.timeout(ms)]);
  try {
    return await work(patience);
  } catch (error) {
    signal.throwIfAborted();
    if (patience.aborted) return undefined;
    throw error;
  }
}
