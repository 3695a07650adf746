import { parseArgs } from 'node:util';
import pLimit from 'p-limit';
import { compare, type Comparison } from './compare.ts';
import { play } from './play.ts';
import { count, json, type Result, text } from './report.ts';
import { readScenarios, type Scenario } from './scenario.ts';

/** Scenarios that are on stage at a time: most of them wait, for retries or a registry that says nothing. */
export const stages = 24;

/** `agree scenarios DIR [--json] [--only REGEX] [--deep]`: answers with the exit code, 1 where any differs. */
export async function agreeScenarios(argv: readonly string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: { json: { type: 'boolean' }, deep: { type: 'boolean' }, only: { type: 'string', default: '' } },
  });
  const [folder] = positionals;
  if (folder === undefined) throw new Error('agree scenarios: which folder?');
  const only = new RegExp(values.only);
  const scenarios = (await readScenarios(folder)).filter(({ name }) => only.test(name));
  const results = await playAll(scenarios, values.deep ?? false);
  console.log(values.json === true ? json(results) : text(results));
  return count(results).differ > 0 ? 1 : 0;
}

/** Plays scenarios side by side and compares each with what a node did. */
export async function playAll(scenarios: readonly Scenario[], deep: boolean): Promise<readonly Result[]> {
  const limit = pLimit(stages);
  return limit.map(scenarios, async (scenario) => ({ scenario, ...(await judged(scenario, deep)) }));
}

async function judged(scenario: Scenario, deep: boolean): Promise<Comparison> {
  try {
    return compare(await play(scenario, deep), scenario.outcome, scenario.expected);
  } catch (error) {
    // One that breaks is one that differs; the others are still of interest.
    console.error(scenario.name, error);
    return { judgement: 'wrong verdict', verdict: 'none', kinds: [] };
  }
}
