import { readFile } from 'node:fs/promises';
import type { Certificate, RunningSource } from './source.ts';
import { watchedSource, type SourceProblem, type WatchOptions } from './watched-source.ts';

export interface FileSourceOptions extends WatchOptions {
  /** Path of a PEM file. In a mounted Secret, the kubelet replaces both files in one rename. */
  readonly cert: string;
  /** Path of a PEM file. */
  readonly key: string;
}

/**
 * The certificate in mounted files, for example from cert-manager. Resolves to the problem if there is none at the
 * start.
 */
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
