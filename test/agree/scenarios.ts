import { parseArgs } from 'node:util';
import pLimit from 'p-limit';
import { compare, type Comparison } from './compare.ts';
import { play } from './play.ts';
import { count, json, type Result, text } from './report.ts';
import { readScenarios, type Scenario } from './scenario.ts';

/** Number of scenarios at the same time. Most of them wait for retries or timeouts. */
export const maxParallel = 8;

/** Runs `agree scenarios DIR [--json] [--only REGEX] [--deep]`. Returns the exit code: 1 if a scenario differs. */
export async function agreeScenarios(argv: readonly string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: { json: { type: 'boolean' }, deep: { type: 'boolean' }, only: { type: 'string', default: '' } },
  });
  const [folder] = positionals;
  if (folder === undefined) throw new Error('usage: npm run agree -- scenarios DIR [--json] [--only REGEX] [--deep]');
  const only = new RegExp(values.only);
  const scenarios = (await readScenarios(folder)).filter(({ name }) => only.test(name));
  const results = await playAll(scenarios, values.deep ?? false);
  console.log(values.json === true ? json(results) : text(results));
  return count(results).differ > 0 ? 1 : 0;
}

/** Runs scenarios in parallel and compares each with the result on a real node. */
export async function playAll(scenarios: readonly Scenario[], deep: boolean): Promise<readonly Result[]> {
  const limit = pLimit(maxParallel);
  return limit.map(scenarios, async (scenario) => ({ scenario, ...(await compareOne(scenario, deep)) }));
}

async function compareOne(scenario: Scenario, deep: boolean): Promise<Comparison> {
  try {
    return compare(await play(scenario, deep), scenario.outcome, scenario.expected);
  } catch (error) {
    // A check that fails counts as a difference. The other scenarios still run.
    console.error(scenario.name, error);
    return { judgement: 'wrong verdict', verdict: 'none', kinds: [] };
  }
}
