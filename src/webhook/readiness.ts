/** One thing that is looked at for /readyz. */
export interface Check {
  readonly name: string;
  /** What is wrong with it now, in one line; undefined: nothing. */
  readonly problem: () => string | undefined;
  /** Whether the problem keeps Pullgate from serving; others are only said. Never a registry: its outage is not ours. */
  readonly required: boolean;
}

export interface Readiness {
  readonly ready: boolean;
  /** A line for each check: `[+]` good, `[-]` not ready for it, `[!]` a problem to know of. */
  readonly text: string;
}

/** What `/readyz` says, in the manner of the API server's own. */
export function readiness(checks: readonly Check[]): Readiness {
  const results = checks.map(({ name, problem, required }) => ({ name, required, problem: problem() }));
  const lines = results.map(({ name, required, problem }) =>
    problem === undefined ? `[+] ${name}` : `${required ? '[-]' : '[!]'} ${name}: ${problem}`,
  );
  const ready = results.every(({ required, problem }) => !required || problem === undefined);
  return { ready, text: `${lines.join('\n')}\n${ready ? 'ready' : 'not ready'}\n` };
}
