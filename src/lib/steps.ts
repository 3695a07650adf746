/** A long calculation that pauses at each `yield`, so that its caller decides what happens in between. */
export type Steps<T> = Generator<void, T, void>;

/** Returns the result of a calculation without a pause. Throws what the calculation throws. */
export function atOnce<T>(steps: Steps<T>): T {
  for (;;) {
    const { done, value } = steps.next();
    if (done === true) return value;
  }
}

/** Returns the result of a calculation, and waits for `pause` between two steps. Throws what either throws. */
export async function inSteps<T>(steps: Steps<T>, pause: () => Promise<void>): Promise<T> {
  for (;;) {
    const { done, value } = steps.next();
    if (done === true) return value;
    await pause();
  }
}
