import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { setInterval } from 'node:timers/promises';
import type { Config } from '../config/config.ts';
import type { Plan } from '../engine/check.ts';
import type { Finding } from '../engine/finding.ts';
import type { Checker } from './checker.ts';

/** The checker that holds now: a reload puts another in its place, and checks that are under way end with the old one. */
export interface CurrentChecker {
  readonly config: Config;
  readonly check: (plan: Plan, signal: AbortSignal) => Promise<readonly Finding[]>;
  readonly problems: () => readonly string[];
  /** Takes a new config over, or throws with a line for people and keeps the old one. */
  replace(config: Config): Promise<void>;
  close(): Promise<void>;
}

/** Longer than any check may take, in ms: then nobody is left with the connections of the checker before. */
const retireMs = 60_000;

/** A checker for `config`, made by `compose`, and its successors. */
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
      const { checker: old } = current;
      current = { config: next, checker: await compose(next) };
      setTimeout(() => void old.close(), retireMs).unref();
    },
    close: () => current.checker.close(),
  };
}

/** The files beside the config that a checker reads only when it is made. */
export function mountedFiles({ registries, nodeCredentials }: Config): readonly string[] {
  return [...registries.flatMap(({ ca }) => ca ?? []), ...[nodeCredentials.providers?.config ?? []].flat()];
}

/** Tells of each change of what the files hold, until `signal` aborts. Contents are compared: see `watchConfig`. */
export async function watchContents(
  files: () => readonly string[],
  everyMs: number,
  onChange: () => void,
  signal: AbortSignal,
): Promise<void> {
  let seen = await digestOf(files());
  try {
    for await (const _ of setInterval(everyMs, undefined, { signal, ref: false })) {
      const now = await digestOf(files());
      if (now !== seen) onChange();
      seen = now;
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}

async function digestOf(files: readonly string[]): Promise<string> {
  const hash = createHash('sha256');
  for (const file of files) hash.update(`${file}\0`).update(await readFile(file).catch(() => ''));
  return hash.digest('base64');
}
