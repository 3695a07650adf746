import type { Finding } from '../finding.ts';
import type { Action, Policy } from './policy.ts';

/** The decision about an object. `denied`: the findings that deny it. `warned`: the findings to warn about. */
export interface Verdict {
  readonly allowed: boolean;
  readonly denied: readonly Finding[];
  readonly warned: readonly Finding[];
}

/** The action of a policy for a finding. A finding with a mitigation never causes a denial, only a warning. */
function actionOn(finding: Finding, policy: Policy): Action {
  const action = policy[finding.kind];
  return action === 'deny' && finding.mitigation !== undefined ? 'warn' : action;
}

/** Returns the verdict on findings under a policy. The object is allowed if no finding is denied. */
export function judge(findings: readonly Finding[], policy: Policy): Verdict {
  const withAction = (action: Action) => findings.filter((finding) => actionOn(finding, policy) === action);
  const denied = withAction('deny');
  return { allowed: denied.length === 0, denied, warned: withAction('warn') };
}
