import { stat } from 'node:fs/promises';

/** Something read from a file, kept for as long as the file looks the same. */
export interface FileReading<T> {
  current(): Promise<T>;
}

/** How long a change may go unseen, in ms. */
const recheckMs = 1_000;

/** Reads `file` when first asked and again when it has changed; who asks meanwhile shares the reading. */
export function watchedFile<T>(file: string, read: (file: string) => Promise<T>, now: () => number): FileReading<T> {
  let kept: { readonly stamp: string; readonly checkedAt: number; readonly value: T } | undefined;
  let running: Promise<T> | undefined;
  async function refresh(): Promise<T> {
    const stamp = await stampOf(file);
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

async function stampOf(file: string): Promise<string> {
  const stats = await stat(file).catch(() => undefined);
  return stats === undefined ? 'absent' : `${stats.ino}:${stats.mtimeMs}:${stats.size}`;
}
