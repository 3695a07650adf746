import type { Finding, FindingKind } from '../../src/engine/finding.ts';
import { type Policy, profiles } from '../../src/engine/policy/policy.ts';
import { judge } from '../../src/engine/policy/verdict.ts';
import type { Expected, Outcome, VerdictWord } from './scenario.ts';

/**
 * `false alarm`: pulled without trouble, but a finding says that it would not be. `false denial`: pulled, but refused.
 * `missed`: failed, but not a word. `wrong cause`: no finding of the kinds that would be right.
 */
export type Disagreement = 'false alarm' | 'false denial' | 'missed' | 'wrong verdict' | 'wrong cause';

/** `undetected`: what the manifest names is missing, and the ordinary depth does not look there. */
export type Judgement = 'agrees' | 'undetected' | Disagreement;

/** One scenario, judged. */
export interface Comparison {
  readonly judgement: Judgement;
  /** `none`: the check broke. */
  readonly verdict: VerdictWord | 'none';
  readonly kinds: readonly FindingKind[];
}

/** Kinds that speak of habits, or of secrets that this pull may not need: not of this pull. */
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

/** Holds what was found against what a real node did. */
export function compare(findings: readonly Finding[], { pulled }: Outcome, expected: Expected): Comparison {
  const telling = findings.filter(({ kind }) => !habits.has(kind) || expected.kinds.includes(kind));
  const verdict = verdictOf(telling, profiles.balanced);
  const kinds = [...new Set(findings.map(({ kind }) => kind))];
  return { judgement: judgementOf(), verdict, kinds };

  function judgementOf(): Judgement {
    if (pulled === true && verdict === 'deny') return 'false denial';
    if (pulled === true && telling.length > 0 && expected.mayAlarm !== true) return 'false alarm';
    if (pulled === false && telling.length === 0) {
      return expected.kinds.includes('image-incomplete') ? 'undetected' : 'missed';
    }
    if (!expected.verdict.includes(verdict)) return 'wrong verdict';
    const named = expected.kinds.length === 0 || expected.kinds.some((kind) => kinds.includes(kind));
    return named ? 'agrees' : 'wrong cause';
  }
}

function verdictOf(findings: readonly Finding[], policy: Policy): VerdictWord {
  const { denied, warned } = judge(findings, policy);
  if (denied.length > 0) return 'deny';
  return warned.length > 0 ? 'warn' : 'allow';
}
