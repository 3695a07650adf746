import { stat } from 'node:fs/promises';

/** A value that is read from a file and kept until the file changes. */
export interface WatchedFile<T> {
  current(): Promise<T>;
}

/** The minimum time between two checks for a change, in ms. */
const recheckMs = 1_000;

/**
 * Reads `file` at the first call of `current`, and again after the file has changed. Concurrent callers share one read.
 * `now` returns milliseconds. `current` throws what `read` throws, and the next call then reads again.
 */
export function watchedFile<T>(file: string, read: (file: string) => Promise<T>, now: () => number): WatchedFile<T> {
  let kept: { readonly stamp: string; readonly checkedAt: number; readonly value: T } | undefined;
  let running: Promise<T> | undefined;
  async function refresh(): Promise<T> {
    const stamp = await stampOf([file]);
    const value = kept?.stamp === stamp ? kept.value : await read(file);
    kept = { stamp, checkedAt: now(), value };
    return value;
  }
  return {
    async current() {
      if (kept !== undefined && now() - kept.checkedAt < recheckMs) return kept.value;
      running ??= refresh().finally(() => (running = undefined));
      return running;
    },
  };
}

/** The stamp of a path that does not exist. */
export const absent = 'absent';

/**
 * A text that changes if one of the files is written, replaced, created or removed: inode, modification time and size
 * of each file, or `absent`. Never throws.
 */
export async function stampOf(files: readonly string[]): Promise<string> {
  const stamps = files.map(async (file) => {
    const stats = await stat(file).catch(() => undefined);
    return stats === undefined ? absent : `${stats.ino}:${stats.mtimeMs}:${stats.size}`;
  });
  return (await Promise.all(stamps)).join(' ');
}
