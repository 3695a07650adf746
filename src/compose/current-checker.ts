import type { Config } from '../config/config.ts';
import type { Check } from '../engine/review.ts';
import type { Checker } from './checker.ts';

/** The checker of the config in force. A reload replaces it; running checks finish with the old one. */
export interface CurrentChecker {
  readonly config: Config;
  readonly check: Check;
  readonly problems: () => readonly string[];
  /**
   * Changes to a new config, or throws an Error with one line and keeps the old one. Call it once at a time: see
   * `reload`.
   */
  replace(config: Config): Promise<void>;
  close(): Promise<void>;
}

/** When a replaced checker is closed, in ms. Longer than any check may take, so no check still uses its connections. */
const closeAfterMs = 60_000;

/** Creates the first checker, for `config`, with `compose`. Throws what `compose` throws. */
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
      setTimeout(() => void old.close(), closeAfterMs).unref();
    },
    close: () => current.checker.close(),
  };
}
