/** Runs a task when it is its turn. Throws what the task throws. */
export type Turns = <T>(key: string, task: () => Promise<T>) => Promise<T>;

interface Line {
  running: number;
  readonly waiting: (() => void)[];
}

/** Returns turns in which at most `most` tasks with the same key run at the same time. The others wait in order. */
export function createTurns(most: number): Turns {
  const lines = new Map<string, Line>();
  return async (key, task) => {
    const line = lines.get(key) ?? { running: 0, waiting: [] };
    lines.set(key, line);
    if (line.running >= most) await new Promise<void>((resolve) => line.waiting.push(resolve));
    else line.running += 1;
    try {
      return await task();
    } finally {
      const next = line.waiting.shift();
      // The next task takes the place of this one.
      if (next !== undefined) next();
      else line.running -= 1;
    }
  };
}
