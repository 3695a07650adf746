import type { Finding, FindingKind } from '../../src/engine/finding.ts';
import { type Policy, profiles } from '../../src/engine/policy/policy.ts';
import { judge } from '../../src/engine/policy/verdict.ts';
import type { Expected, Outcome, VerdictWord } from './scenario.ts';

/**
 * `false alarm`: the node pulled, but there is a finding. `false denial`: the node pulled, but the verdict is deny.
 * `missed`: the node failed, but there is no finding. `wrong verdict`: not one of the expected verdicts. `wrong cause`:
 * no finding of an expected kind.
 */
export type Disagreement = 'false alarm' | 'false denial' | 'missed' | 'wrong verdict' | 'wrong cause';

/** `undetected`: a part of the image is missing, and the default depth does not check it; or see `mayMiss`. */
export type Judgement = 'agrees' | 'undetected' | Disagreement;

/** The result of one scenario. */
export interface Comparison {
  readonly judgement: Judgement;
  /** `none`: the check failed. */
  readonly verdict: VerdictWord | 'none';
  readonly kinds: readonly FindingKind[];
}

/** Kinds that do not predict this pull: bad habits, and secrets that the pull may not need. */
const habits: ReadonlySet<FindingKind> = new Set([
  'latest-tag',
  'not-pinned',
  'never-pull',
  'pull-secret-missing',
  'pull-secret-unusable',
  'pull-secret-unreadable',
  'service-account-missing',
  'wrong-platform',
]);

/** Compares the findings with the result on a real node. */
export function compare(findings: readonly Finding[], { pulled }: Outcome, expected: Expected): Comparison {
  const relevant = findings.filter(({ kind }) => !habits.has(kind) || expected.kinds.includes(kind));
  const verdict = verdictOf(relevant, profiles.balanced);
  const kinds = [...new Set(findings.map(({ kind }) => kind))];
  return { judgement: judgementOf(), verdict, kinds };

  function judgementOf(): Judgement {
    if (pulled === true && verdict === 'deny') return 'false denial';
    if (pulled === true && relevant.length > 0 && expected.mayAlarm !== true) return 'false alarm';
    if (pulled === false && relevant.length === 0) {
      return expected.mayMiss === true || expected.kinds.includes('image-incomplete') ? 'undetected' : 'missed';
    }
    if (!expected.verdict.includes(verdict)) return 'wrong verdict';
    const causeFound = expected.kinds.length === 0 || expected.kinds.some((kind) => kinds.includes(kind));
    return causeFound ? 'agrees' : 'wrong cause';
  }
}

function verdictOf(findings: readonly Finding[], policy: Policy): VerdictWord {
  const { denied, warned } = judge(findings, policy);
  if (denied.length > 0) return 'deny';
  return warned.length > 0 ? 'warn' : 'allow';
}
