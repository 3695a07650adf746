import assert from 'node:assert/strict';
import { test } from 'node:test';
import { identityProblem } from '../../src/compose/identity-problem.ts';
import type { Round } from '../../src/tls/secret-source.ts';

const objects = { secret: 'pullgate/pullgate-tls', configuration: 'pullgate' };

const cases: readonly { it: string; round: Partial<Round>; problem: RegExp | undefined }[] = [
  { it: 'nothing is wrong', round: {}, problem: undefined },
  { it: 'a certificate was issued', round: { secret: 'issued', configuration: 'written' }, problem: undefined },
  { it: 'somebody else writes the configuration', round: { configuration: 'skipped' }, problem: undefined },
  {
    it: 'the API server does not answer',
    round: { secret: 'unavailable', configuration: 'unavailable' },
    problem: undefined,
  },
  {
    it: 'the Secret cannot be written',
    round: { secret: 'forbidden' },
    problem: /^the Secret pullgate\/pullgate-tls /,
  },
  { it: 'the Secret is rejected', round: { secret: 'rejected' }, problem: /rejects the Secret pullgate\/pullgate-tls/ },
  { it: 'the configuration is missing', round: { configuration: 'missing' }, problem: /pullgate does not exist/ },
  { it: 'the configuration is forbidden', round: { configuration: 'forbidden' }, problem: /may not read or write/ },
  { it: 'no entry leads here', round: { configuration: 'not-named' }, problem: /leads to this Service/ },
  { it: 'the CA bundle is rejected', round: { configuration: 'rejected' }, problem: /rejects the CA bundle/ },
  { it: 'the clocks differ', round: { secret: 'wrong-clock', configuration: 'held-back' }, problem: /synchronize/ },
];

for (const { it, round, problem } of cases) {
  test(`${it}: ${problem === undefined ? 'no problem' : 'a problem that an administrator must fix'}`, () => {
    const found = identityProblem({ secret: 'kept', configuration: 'unchanged', ...round }, objects);
    if (problem === undefined) assert.equal(found, undefined);
    else assert.match(found ?? '', problem);
  });
}
