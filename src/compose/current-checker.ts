import type { Config } from '../config/config.ts';
import type { Check } from '../engine/review.ts';
import type { Checker } from './checker.ts';

/** The checker that holds now: a reload puts another in its place, and checks that are under way end with the old one. */
export interface CurrentChecker {
  readonly config: Config;
  readonly check: Check;
  readonly problems: () => readonly string[];
  /** Takes a new config over, or throws with a line for people and keeps the old one. One at a time: see `reload`. */
  replace(config: Config): Promise<void>;
  close(): Promise<void>;
}

/** Longer than any check may take, in ms: then nobody is left with the connections of the checker before. */
const retireMs = 60_000;

/** A checker for `config`, made by `compose`, and its successors. Throws what `compose` throws. */
export async function currentChecker(
  config: Config,
  compose: (config: Config) => Promise<Checker>,
): Promise<CurrentChecker> {
  let current = { config, checker: await compose(config) };
  return {
    get config() {
      return current.config;
    },
    check: (plan, signal) => current.checker.check(plan, signal),
    problems: () => current.checker.problems(),
    async replace(next) {
      const checker = await compose(next);
      const { checker: old } = current;
      current = { config: next, checker };
      setTimeout(() => void old.close(), retireMs).unref();
    },
    close: () => current.checker.close(),
  };
}
