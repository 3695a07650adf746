import { isPair, validityOf, type Validity } from './certificate.ts';
import { repeat } from './repeat.ts';
import { certificateHolder, type Certificate, type RunningSource } from './source.ts';

/**
 * Why there is no usable certificate. `no-pair`: the key or the certificate is missing, or they do not belong together.
 * `expired`, `not-yet-valid`: the new certificate is not valid now, but the old one is.
 */
export type SourceProblem = 'unreadable' | 'missing' | 'forbidden' | 'unavailable' | 'no-pair' | Invalid;

export type Invalid = Exclude<Validity, 'valid'>;

export interface WatchOptions {
  /** How often to look for a new certificate, in ms. */
  readonly everyMs?: number;
  /** Called once for each change to a problem. The old certificate stays in use. */
  readonly onBroken?: (problem: SourceProblem) => void;
  /** Called once when the certificate in use is found to be not valid. It stays in use, because there is no better one. */
  readonly onInvalid?: (validity: Invalid) => void;
  /** ms since 1970. */
  readonly now?: () => number;
  /** Called with the error of a check that threw or took too long. */
  readonly onError?: (cause: unknown) => void;
}

/**
 * A certificate that another program renews. A new certificate is used without a restart, but only with the key that
 * belongs to it, and not if it is invalid now while the old one is valid. Resolves to the problem if there is no
 * certificate at the start.
 */
export async function watchedSource(
  read: (signal: AbortSignal) => Promise<Certificate | SourceProblem>,
  { everyMs = 10_000, onBroken, onInvalid, onError, now = Date.now }: WatchOptions,
  signal: AbortSignal,
): Promise<RunningSource | SourceProblem> {
  const first = await readPair(signal);
  if (typeof first === 'string') return first;
  const holder = certificateHolder(first);
  let lastProblem: SourceProblem | undefined;
  let lastValidity: Validity = 'valid';
  checkValidity();

  async function readPair(signal: AbortSignal): Promise<Certificate | SourceProblem> {
    const found = await read(signal);
    return typeof found === 'string' || isPair(found) ? found : 'no-pair';
  }

  function checkValidity(): void {
    const validity = validityOf(holder.current().cert, now());
    if (validity !== 'valid' && validity !== lastValidity) onInvalid?.(validity);
    lastValidity = validity;
  }

  /** Serves `next`, or returns why not. */
  function take(next: Certificate): SourceProblem | undefined {
    const validity = validityOf(next.cert, now());
    const isCurrent = next.cert === holder.current().cert;
    if (validity !== 'valid' && !isCurrent && validityOf(holder.current().cert, now()) === 'valid') return validity;
    holder.replace(next);
    return undefined;
  }

  async function check(signal: AbortSignal): Promise<boolean> {
    const next = await readPair(signal);
    const problem = typeof next === 'string' ? next : take(next);
    if (problem !== undefined && problem !== lastProblem) onBroken?.(problem);
    lastProblem = problem;
    checkValidity();
    return problem === undefined;
  }

  const pace = { everyMs, retryMs: Math.min(1_000, everyMs), timeoutMs: 10_000 };
  return { ...holder, close: repeat(check, { ...pace, ...(onError && { onError }) }) };
}
