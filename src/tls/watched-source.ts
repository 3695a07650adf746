import { isPair } from './certificate.ts';
import { repeat } from './repeat.ts';
import { certificateHolder, type Certificate, type RunningSource } from './source.ts';

/** Why there is no certificate to be had. */
export type SourceProblem = 'unreadable' | 'missing' | 'forbidden' | 'unavailable' | 'no-pair';

export interface WatchOptions {
  /** How often to look for a successor, in ms. */
  readonly everyMs?: number;
  /** Told once when what is there now cannot be used, so that the old certificate is kept. */
  readonly onBroken?: (problem: SourceProblem) => void;
  /** A look that threw, or took too long. */
  readonly onError?: (cause: unknown) => void;
}

/**
 * A certificate that somebody else renews: a successor is taken over without a restart, and half of one is not.
 * Answers the problem where there is no certificate at the start.
 */
export async function watchedSource(
  read: (signal: AbortSignal) => Promise<Certificate | SourceProblem>,
  { everyMs = 10_000, onBroken, onError }: WatchOptions,
  signal: AbortSignal,
): Promise<RunningSource | SourceProblem> {
  const first = await readPair(signal);
  if (typeof first === 'string') return first;
  const holder = certificateHolder(first);
  let known: SourceProblem | undefined;

  async function readPair(signal: AbortSignal): Promise<Certificate | SourceProblem> {
    const found = await read(signal);
    return typeof found === 'string' || isPair(found) ? found : 'no-pair';
  }

  async function look(signal: AbortSignal): Promise<boolean> {
    const next = await readPair(signal);
    if (typeof next !== 'string') holder.replace(next);
    const problem = typeof next === 'string' ? next : undefined;
    if (problem !== undefined && problem !== known) onBroken?.(problem);
    known = problem;
    return problem === undefined;
  }

  const pace = { everyMs, againMs: Math.min(1_000, everyMs), timeoutMs: 10_000 };
  return { ...holder, close: repeat(look, { ...pace, ...(onError && { onError }) }) };
}
