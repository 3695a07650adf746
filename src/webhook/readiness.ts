/** One check of `/readyz`. */
export interface Check {
  readonly name: string;
  /** Returns the current problem in one line, or undefined if there is none. */
  readonly problem: () => string | undefined;
  /**
   * Whether a problem makes Pullgate not ready; other problems are only reported. False for registries: their outage
   * must not stop Pullgate.
   */
  readonly required: boolean;
}

export interface Readiness {
  readonly ready: boolean;
  /** One line per check: `[+]` no problem, `[-]` a problem that makes Pullgate not ready, `[!]` any other problem. */
  readonly text: string;
}

/** Returns the answer of `/readyz`, in the format of the API server's `/readyz`. */
export function readiness(checks: readonly Check[]): Readiness {
  const results = checks.map(({ name, problem, required }) => ({ name, required, problem: problem() }));
  const lines = results.map(({ name, required, problem }) =>
    problem === undefined ? `[+] ${name}` : `${required ? '[-]' : '[!]'} ${name}: ${problem}`,
  );
  const ready = results.every(({ required, problem }) => !required || problem === undefined);
  return { ready, text: `${lines.join('\n')}\n${ready ? 'ready' : 'not ready'}\n` };
}
