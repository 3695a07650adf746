import { readFile } from 'node:fs/promises';
import { isPair } from './certificate.ts';
import { repeat } from './repeat.ts';
import { certificateHolder, type Certificate, type RunningSource } from './source.ts';

export interface FileSourceOptions {
  /** Paths of PEM files, as a mounted Secret has them. */
  readonly cert: string;
  readonly key: string;
  /** How often they are looked at, in ms: the kubelet swaps all files of a mounted Secret in one rename. */
  readonly everyMs?: number;
  /** Told once when what is there now cannot be used, so that the old certificate is kept. */
  readonly onBroken?: (reason: FileProblem) => void;
}

export type FileProblem = 'unreadable' | 'no-pair';

/**
 * The certificate in mounted files, cert-manager's for example; a successor is taken over without a restart, and half
 * of one is not. Answers the problem where there is no certificate at the start.
 */
export async function fileSource(options: FileSourceOptions): Promise<RunningSource | FileProblem> {
  const first = await readPair(options);
  if (typeof first === 'string') return first;
  const holder = certificateHolder(first);
  let problem: FileProblem | undefined;

  async function look(): Promise<boolean> {
    const next = await readPair(options);
    if (typeof next !== 'string') holder.replace(next);
    const found = typeof next === 'string' ? next : undefined;
    if (found !== undefined && found !== problem) options.onBroken?.(found);
    problem = found;
    return found === undefined;
  }

  const everyMs = options.everyMs ?? 10_000;
  return { ...holder, close: repeat(look, { everyMs, againMs: Math.min(1_000, everyMs), timeoutMs: 5_000 }) };
}

async function readPair(paths: FileSourceOptions): Promise<Certificate | FileProblem> {
  try {
    const [cert, key] = await Promise.all([readFile(paths.cert, 'utf8'), readFile(paths.key, 'utf8')]);
    return isPair({ cert, key }) ? { cert, key } : 'no-pair';
  } catch {
    return 'unreadable';
  }
}
