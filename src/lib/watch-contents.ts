import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setInterval } from 'node:timers/promises';

/** Options of `watchContents`. */
export interface ContentsWatch {
  /** Returns the contents, or a digest of them. */
  readonly read: () => Promise<string>;
  /** The result of `read` before the watch starts. */
  readonly first: string;
  /** Time between two calls of `read`, in ms. */
  readonly everyMs: number;
  readonly onChange: (now: string) => void;
}

/**
 * Calls `onChange` after each change until `signal` aborts, then returns. Throws what `read` or `onChange` throws. It
 * compares contents because time stamps and inotify do not show every change: the kubelet updates a ConfigMap through a
 * symbolic link two levels above the file, and editors replace files.
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

/**
 * A SHA-256 digest of the names and contents of all files in `paths`. A path may also be a folder, which stands for the
 * files directly in it. A file that cannot be read counts as empty. Never throws.
 */
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
