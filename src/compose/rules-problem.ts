import type { Log } from '../observe/log.ts';
import type { FollowedRules } from '../tls/followed-rules.ts';

const waiting =
  'with failurePolicy Fail, the API server starts to call Pullgate a few seconds after the first replica is ready';

/** The problem with the rules of the webhook configuration in one line, for `/readyz`. */
export function rulesProblem(rules: Pick<FollowedRules, 'problem'>): string | undefined {
  const problem = rules.problem();
  if (problem === undefined) return undefined;
  return problem.kind === 'waiting' ? waiting : invalid(problem.annotation, problem.problem);
}

/** Returns a function that logs the problem. It logs only changes, so it may be called often. */
export function logRules(log: Log, rules: Pick<FollowedRules, 'problem'>): () => void {
  let last: string | undefined;
  return () => {
    const problem = rulesProblem(rules);
    if (problem !== undefined && problem !== last) {
      log[rules.problem()?.kind === 'invalid' ? 'error' : 'info'](problem);
    }
    last = problem;
  };
}

function invalid(annotation: string, problem: string): string {
  return `the annotation ${annotation} of the webhook configuration cannot be used, so its rules stay as they are: ${problem}`;
}
