import { readFile, stat } from 'node:fs/promises';
import type { FileProblem } from './certificate-files.ts';

const maxFileBytes = 1024 * 1024;

/**
 * Returns the text of a configuration file of at most 1 MiB, or why it cannot be read. A file that does not exist has the
 * text ''. Never throws.
 */
export async function readSmallFile(file: string): Promise<string | FileProblem> {
  return (await readIfThere(file)) ?? '';
}

/** Does the same, but returns undefined for a file that does not exist. */
export async function readIfThere(file: string): Promise<string | FileProblem | undefined> {
  try {
    const { size } = await stat(file);
    return size > maxFileBytes ? { file, reason: 'the file is larger than 1 MiB' } : await readFile(file, 'utf8');
  } catch (error) {
    const missing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    return missing ? undefined : { file, reason: 'the file cannot be read' };
  }
}
