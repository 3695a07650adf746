import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setInterval } from 'node:timers/promises';

/** What is watched, and who is told. */
export interface ContentsWatch {
  /** Reads all of it as one text. */
  readonly read: () => Promise<string>;
  /** What `read` answered before the watch began. */
  readonly first: string;
  /** Between two readings, in ms. */
  readonly everyMs: number;
  readonly onChange: (now: string) => void;
}

/**
 * Calls `onChange` after each change until `signal` aborts. It compares contents, not times: the files of a ConfigMap are
 * swapped by a symbolic link two levels up, and editors replace files, which time stamps and inotify do not show reliably.
 */
export async function watchContents(
  { read, first, everyMs, onChange }: ContentsWatch,
  signal: AbortSignal,
): Promise<void> {
  let seen = first;
  try {
    for await (const _ of setInterval(everyMs, undefined, { signal, ref: false })) {
      const now = await read();
      if (now === seen) continue;
      seen = now;
      onChange(now);
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}

/** A digest of the files at `paths`, or of the files of a folder; a file that cannot be read counts as empty. Never throws. */
export async function contentsDigest(paths: readonly string[]): Promise<string> {
  const hash = createHash('sha256');
  const files = (await Promise.all(paths.map(filesAt))).flat();
  for (const file of files) hash.update(`${file}\0`).update(await readFile(file).catch(() => ''));
  return hash.digest('base64');
}

async function filesAt(path: string): Promise<readonly string[]> {
  const names = await readdir(path).catch(() => undefined);
  return names === undefined ? [path] : names.toSorted().map((name) => join(path, name));
}
