import type { Finding } from '../finding.ts';
import type { Action, Policy } from './policy.ts';

/** What is said of a workload: refused for `denied`; told of `warned` in any case. */
export interface Verdict {
  readonly allowed: boolean;
  readonly denied: readonly Finding[];
  readonly warned: readonly Finding[];
}

/** The action that a policy takes on a finding: one that a mitigation speaks for warns and never denies. */
function actionOn(finding: Finding, policy: Policy): Action {
  const action = policy[finding.kind];
  return action === 'deny' && finding.mitigation !== undefined ? 'warn' : action;
}

/** Findings and a policy make a verdict; nothing else does. */
export function judge(findings: readonly Finding[], policy: Policy): Verdict {
  const withAction = (action: Action) => findings.filter((finding) => actionOn(finding, policy) === action);
  const denied = withAction('deny');
  return { allowed: denied.length === 0, denied, warned: withAction('warn') };
}
