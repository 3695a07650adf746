import { stampOf } from './watched-file.ts';

/** A value, and the files and folders that it was read from. A file that was looked for and not found counts too. */
export interface Reading<T> {
  readonly value: T;
  readonly files: readonly string[];
}

/** The minimum time between two checks for a change, in ms. */
const recheckMs = 2_000;

/**
 * Returns a function that reads at its first call, and again after one of the files has changed. Concurrent calls share
 * one read. `read` must never throw; `now` returns ms.
 */
export function watchedReading<T>(read: () => Promise<Reading<T>>, now: () => number): () => Promise<T> {
  let latest: Promise<Stamped<T>> | undefined;

  async function refreshed(before: Promise<Stamped<T>> | undefined): Promise<Stamped<T>> {
    const previous = await before;
    if (previous !== undefined && now() - previous.checkedAt < recheckMs) return previous;
    const checkedAt = now();
    if (previous !== undefined && (await stampOf(previous.files)) === previous.stamp) return { ...previous, checkedAt };
    // Read twice: the first time to learn which files to stamp, the second time after the stamp was taken.
    const { files } = await read();
    const stamp = await stampOf(files);
    const { value } = await read();
    return { value, files, stamp, checkedAt };
  }

  return async () => {
    latest = refreshed(latest);
    return (await latest).value;
  };
}

interface Stamped<T> extends Reading<T> {
  readonly stamp: string;
  readonly checkedAt: number;
}
