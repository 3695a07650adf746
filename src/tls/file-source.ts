import { readFile } from 'node:fs/promises';
import type { Certificate, RunningSource } from './source.ts';
import { watchedSource, type SourceProblem, type WatchOptions } from './watched-source.ts';

export interface FileSourceOptions extends WatchOptions {
  /** Paths of PEM files, as a mounted Secret has them: the kubelet swaps all of its files in one rename. */
  readonly cert: string;
  readonly key: string;
}

/** The certificate in mounted files, cert-manager's for example. */
export function fileSource(options: FileSourceOptions, signal: AbortSignal): Promise<RunningSource | SourceProblem> {
  return watchedSource((signal) => readFiles(options, signal), options, signal);
}

async function readFiles(paths: FileSourceOptions, signal: AbortSignal): Promise<Certificate | SourceProblem> {
  try {
    const options = { encoding: 'utf8', signal } as const;
    const [cert, key] = await Promise.all([readFile(paths.cert, options), readFile(paths.key, options)]);
    return { cert, key };
  } catch {
    return 'unreadable';
  }
}
