import { stat } from 'node:fs/promises';

/** Something read from a file, kept for as long as the file looks the same. */
export interface WatchedFile<T> {
  current(): Promise<T>;
}

/** How long a change may go unnoticed, in ms. */
const recheckMs = 1_000;

/**
 * Reads `file` at the first call of `current`, and again after it has changed; callers at the same time share one reading. `now`
 * in ms. Throws what `read` throws.
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

/** What `stampOf` says of a path with nothing behind it. */
export const absent = 'absent';

/** A text that changes if one of the files is replaced, written, made or removed. Never throws. */
export async function stampOf(files: readonly string[]): Promise<string> {
  const stamps = files.map(async (file) => {
    const stats = await stat(file).catch(() => undefined);
    return stats === undefined ? absent : `${stats.ino}:${stats.mtimeMs}:${stats.size}`;
  });
  return (await Promise.all(stamps)).join(' ');
}
