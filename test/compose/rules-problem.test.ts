import assert from 'node:assert/strict';
import { Writable } from 'node:stream';
import { describe, test } from 'node:test';
import { logRules, rulesProblem } from '../../src/compose/rules-problem.ts';
import { createLog } from '../../src/observe/log.ts';
import { followedRules, type RulesProblem } from '../../src/tls/followed-rules.ts';

const waiting: RulesProblem = { kind: 'waiting' };
const invalid: RulesProblem = { kind: 'invalid', annotation: 'a', problem: 'it has no rule' };

/** The level of each line that is logged for these problems, one after the other. */
function logged(problems: readonly (RulesProblem | undefined)[]): readonly string[] {
  const levels: string[] = [];
  const destination = new Writable({
    write(line: Buffer, _encoding, done) {
      levels.push((JSON.parse(line.toString()) as { level: string }).level);
      done();
    },
  });
  let problem: RulesProblem | undefined;
  const report = logRules(createLog('info', destination), { problem: () => problem });
  for (problem of problems) report();
  return levels;
}

describe('the log of the rules', () => {
  test('says once that they wait', () => assert.deepEqual(logged([waiting, waiting, undefined]), ['info']));
  test('reports an invalid annotation once as an error', () => assert.deepEqual(logged([invalid, invalid]), ['error']));
  test('reports it again if it returns', () =>
    assert.deepEqual(logged([invalid, undefined, invalid]), ['error', 'error']));
  test('says nothing without a problem', () => assert.deepEqual(logged([undefined]), []));
});

test('/readyz names the annotation and the place in it', () => {
  const rules = followedRules(() => true);
  rules.saw([{ annotation: 'pullgate.dev/rules-mine', text: '[{"apiGroups":["*"]}]' }]);
  assert.equal(
    rulesProblem(rules),
    'the annotation pullgate.dev/rules-mine of the webhook configuration cannot be used, so its rules stay as they are: ' +
      '[0].apiGroups: "*" is not the name of a group',
  );
});
