import { isPair } from './certificate.ts';
import { repeat } from './repeat.ts';
import { certificateHolder, type Certificate, type RunningSource } from './source.ts';

/**
 * Why there is no usable certificate. `no-pair`: the key or the certificate is missing, or they do not belong together.
 */
export type SourceProblem = 'unreadable' | 'missing' | 'forbidden' | 'unavailable' | 'no-pair';

export interface WatchOptions {
  /** How often to look for a new certificate, in ms. */
  readonly everyMs?: number;
  /** Called once for each change to a problem. The old certificate stays in use. */
  readonly onBroken?: (problem: SourceProblem) => void;
  /** Called with the error of a check that threw or took too long. */
  readonly onError?: (cause: unknown) => void;
}

/**
 * A certificate that another program renews. A new certificate is used without a restart, but only with the key that
 * belongs to it. Resolves to the problem if there is no certificate at the start.
 */
export async function watchedSource(
  read: (signal: AbortSignal) => Promise<Certificate | SourceProblem>,
  { everyMs = 10_000, onBroken, onError }: WatchOptions,
  signal: AbortSignal,
): Promise<RunningSource | SourceProblem> {
  const first = await readPair(signal);
  if (typeof first === 'string') return first;
  const holder = certificateHolder(first);
  let lastProblem: SourceProblem | undefined;

  async function readPair(signal: AbortSignal): Promise<Certificate | SourceProblem> {
    const found = await read(signal);
    return typeof found === 'string' || isPair(found) ? found : 'no-pair';
  }

  async function check(signal: AbortSignal): Promise<boolean> {
    const next = await readPair(signal);
    if (typeof next !== 'string') holder.replace(next);
    const problem = typeof next === 'string' ? next : undefined;
    if (problem !== undefined && problem !== lastProblem) onBroken?.(problem);
    lastProblem = problem;
    return problem === undefined;
  }

  const pace = { everyMs, retryMs: Math.min(1_000, everyMs), timeoutMs: 10_000 };
  return { ...holder, close: repeat(check, { ...pace, ...(onError && { onError }) }) };
}
