import { outcomeOf, type CheckReport } from './report.ts';

/** What `--fail-on` takes: what makes the exit code 1. `warn`: a denial or a warning. */
export const failOnWords = ['deny', 'warn', 'never'] as const;

export type FailOn = (typeof failOnWords)[number];

/** The result of a command that makes a report. `incomplete`: something could not be read, whatever the rest says. */
export type Outcome = 'passed' | 'failed' | 'incomplete';

const failing = { deny: ['denied'], warn: ['denied', 'warned'], never: [] } as const satisfies Record<
  FailOn,
  readonly string[]
>;

/** Returns the result that the exit code of a command tells. */
export function outcomeOfReport(report: CheckReport, failOn: FailOn): Outcome {
  if (report.problems.length > 0) return 'incomplete';
  const bad: readonly string[] = failing[failOn];
  return report.objects.some((object) => bad.includes(outcomeOf(object))) ? 'failed' : 'passed';
}
