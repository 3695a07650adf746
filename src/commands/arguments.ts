import { InvalidArgumentError } from 'commander';
import { durationMs } from '../lib/go-duration.ts';

export const profileHelp = 'audit, balanced or strict (default: balanced)';
export const deepHelp = 'also check that the config and the layers exist';

/** Adds the value of a repeatable option to those before it. */
export function collect(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value];
}

/** Returns a duration from 1ms to 1h, in ms. Throws InvalidArgumentError for other texts. */
export function duration(text: string): number {
  const ms = durationMs(text);
  if (ms !== undefined && ms >= 1 && ms <= 3_600_000) return ms;
  throw new InvalidArgumentError('Use a duration up to 1h, such as 30s or 2m.');
}
