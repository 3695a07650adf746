import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setInterval } from 'node:timers/promises';
import type { Config } from '../config/config.ts';

/** The files, and folders of files, beside the config that a checker reads only when it is made. */
export function mountedFiles({ registries, nodeCredentials }: Config): readonly string[] {
  return [...registries.flatMap(({ ca }) => ca ?? []), ...[nodeCredentials.providers?.config ?? []].flat()];
}

/**
 * Tells of each change of what `paths` hold, or of which they are, until `signal` aborts. `everyMs` lies between two
 * looks. Contents are compared: see `watchConfig`.
 */
export async function watchContents(
  paths: () => readonly string[],
  everyMs: number,
  onChange: () => void,
  signal: AbortSignal,
): Promise<void> {
  let seen = await digestOf(paths());
  try {
    for await (const _ of setInterval(everyMs, undefined, { signal, ref: false })) {
      const now = await digestOf(paths());
      if (now !== seen) onChange();
      seen = now;
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}

async function digestOf(paths: readonly string[]): Promise<string> {
  const hash = createHash('sha256');
  const files = (await Promise.all(paths.map(filesAt))).flat();
  for (const file of files) hash.update(`${file}\0`).update(await readFile(file).catch(() => ''));
  return hash.digest('base64');
}

async function filesAt(path: string): Promise<readonly string[]> {
  const names = await readdir(path).catch(() => undefined);
  return names === undefined ? [path] : names.toSorted().map((name) => join(path, name));
}
