import type { Comparison } from './compare.ts';
import type { Scenario } from './scenario.ts';

/** One scenario that was played, and what came of it. */
export interface Result extends Comparison {
  readonly scenario: Scenario;
}

interface Count {
  readonly agree: number;
  readonly differ: number;
  readonly falseDenials: number;
  readonly undetected: number;
}

/** How many results agree, differ, and were not detected. */
export function count(results: readonly Result[]): Count {
  const having = (...judgements: readonly string[]) =>
    results.filter(({ judgement }) => judgements.includes(judgement)).length;
  const agree = having('agrees');
  const undetected = having('undetected');
  return { agree, differ: results.length - agree - undetected, falseDenials: having('false denial'), undetected };
}

/** A line for each disagreement and each that was not detected, and the closing count. */
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
  const said = [verdict, kinds.join(', ')].filter(Boolean).join(' of ');
  const pulled = outcome.pulled === true ? 'pulled' : outcome.pulled === false ? 'failed' : 'undecided';
  return `${judgement.padEnd(13)} ${scenario.name}: ${pulled}, expected ${wanted}, said ${said}`;
}

/** The same for machines: the counts, and every scenario. */
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
