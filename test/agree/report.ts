import type { Comparison } from './compare.ts';
import type { Scenario } from './scenario.ts';

/** A scenario and its result. */
export interface Result extends Comparison {
  readonly scenario: Scenario;
}

interface Count {
  readonly agree: number;
  readonly differ: number;
  readonly falseDenials: number;
  readonly undetected: number;
}

/** The number of results that agree, differ, and are undetected. */
export function count(results: readonly Result[]): Count {
  const numberOf = (...judgements: readonly string[]) =>
    results.filter(({ judgement }) => judgements.includes(judgement)).length;
  const agree = numberOf('agrees');
  const undetected = numberOf('undetected');
  return { agree, differ: results.length - agree - undetected, falseDenials: numberOf('false denial'), undetected };
}

/** The results as text: a line for each result that does not agree, and the totals. */
export function text(results: readonly Result[]): string {
  const { agree, differ, falseDenials, undetected } = count(results);
  return [
    ...results.filter(({ judgement }) => judgement !== 'agrees').map(line),
    `${agree} agree, ${differ} differ (${falseDenials} false denials), ${undetected} undetected`,
  ].join('\n');
}

function line({ judgement, scenario, verdict, kinds }: Result): string {
  const { expected, outcome } = scenario;
  const wanted = [expected.verdict.join('|'), expected.kinds.join('|')].filter(Boolean).join(' of ');
  const actual = [verdict, kinds.join(', ')].filter(Boolean).join(' of ');
  const pulled = outcome.pulled === true ? 'pulled' : outcome.pulled === false ? 'failed' : 'undecided';
  return `${judgement.padEnd(13)} ${scenario.name}: ${pulled}, expected ${wanted}, got ${actual}`;
}

/** The results as JSON: the totals, and every scenario. */
export function json(results: readonly Result[]): string {
  const scenarios = results.map(({ scenario, judgement, verdict, kinds }) => ({
    name: scenario.name,
    class: scenario.class,
    pulled: scenario.outcome.pulled ?? null,
    judgement,
    verdict,
    kinds,
    expected: scenario.expected,
  }));
  return JSON.stringify({ ...count(results), scenarios }, null, 2);
}
