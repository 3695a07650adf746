/** What a figure should be. `most` and `least` are inclusive. */
export type Goal = { readonly most: number } | { readonly least: number };

/** One measured number. */
export interface Figure {
  readonly name: string;
  readonly value: number;
  readonly unit: 'reviews/s' | 'ms' | 's' | 'MiB' | 'x' | 'requests' | '%';
  readonly goal?: Goal;
}

/** A part of the benchmark. */
export interface Mode {
  readonly name: string;
  /** What is measured, as a sentence. */
  readonly about: string;
  /** Set if a short run leaves it out. */
  readonly long?: true;
  /** Runs the mode. `scale` is 1, or less for a shorter run with less exact figures. Undefined if it cannot run here. */
  run(scale: number): Promise<readonly Figure[] | undefined>;
}

/** The figures of one mode. Undefined if it could not run here. */
export interface Result {
  readonly mode: string;
  readonly figures: readonly Figure[] | undefined;
}

/** Whether a figure reaches its goal, within `tolerance` times the goal. True without a goal. */
export function reaches({ value, goal }: Figure, tolerance = 1): boolean {
  if (goal === undefined) return true;
  return 'most' in goal ? value <= goal.most * tolerance : value >= goal.least / tolerance;
}

/** Returns a figure as a line: its name, its value and its goal. */
export function lineOf(figure: Figure): string {
  const { name, value, unit, goal } = figure;
  const shown = `${rounded(value)} ${unit}`;
  if (goal === undefined) return `  ${name.padEnd(52)} ${shown.padStart(16)}`;
  const bound = 'most' in goal ? `at most ${rounded(goal.most)}` : `at least ${rounded(goal.least)}`;
  return `  ${name.padEnd(52)} ${shown.padStart(16)}   ${bound}${reaches(figure) ? '' : '  NOT REACHED'}`;
}

/** Returns a number with three digits, or with more if it is large. */
export function rounded(value: number): string {
  if (value >= 100) return value.toFixed(0);
  return value >= 10 ? value.toFixed(1) : value.toFixed(2);
}
