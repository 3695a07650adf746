import { InvalidArgumentError, Option } from 'commander';
import { profiles } from '../engine/policy/policy.ts';
import { durationMs } from '../lib/go-duration.ts';

export const deepHelp = 'also check that the config and the layers exist';

/** Returns the option for a profile. The config checks its value, so that it is the same as in the config file. */
export function profileOption(): Option {
  const option = new Option('--profile <name>', 'audit, balanced or strict (default: balanced)');
  option.argChoices = Object.keys(profiles);
  return option;
}

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

/** Returns a number of calls per second. Throws InvalidArgumentError for other texts. */
export function rate(text: string): number {
  const perSecond = Number(text);
  if (/^\d+(?:\.\d+)?$/.test(text) && perSecond >= 0.1 && perSecond <= 10_000) return perSecond;
  throw new InvalidArgumentError('Use a number from 0.1 to 10000.');
}
