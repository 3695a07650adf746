import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { kubeApi } from '../../src/cluster/kube-api.ts';
import { serverClock } from '../../src/cluster/server-clock.ts';
import { apiServerDouble } from '../support/api-server-double.ts';

const now = Date.parse('2026-03-01T12:00:00Z');
const minute = 60_000;

const rows: readonly { it: string; date: unknown; problem: RegExp | undefined }[] = [
  { it: 'the same time', date: new Date(now).toUTCString(), problem: undefined },
  { it: 'ten minutes', date: new Date(now + 10 * minute).toUTCString(), problem: undefined },
  {
    it: 'eleven minutes ahead',
    date: new Date(now - 11 * minute).toUTCString(),
    problem: /here says 2026-03-01T12:00:00.000Z, but the clock of the API server says 2026-03-01T11:49:00.000Z;/,
  },
  { it: 'an hour behind', date: new Date(now + 60 * minute).toUTCString(), problem: /says 2026-03-01T13:00:00.000Z;/ },
  { it: 'no date', date: undefined, problem: undefined },
  { it: 'a date that is none', date: 'soon', problem: undefined },
];

describe('serverClock', () => {
  for (const { it, date, problem } of rows) {
    test(`${it}: ${problem === undefined ? 'no problem' : 'a problem that names both times'}`, () => {
      const clock = serverClock(() => now);
      clock.saw(date);
      if (problem === undefined) assert.equal(clock.problem(), undefined);
      else assert.match(clock.problem() ?? '', problem);
    });
  }

  test('reads the header of each answer, also of errors', async () => {
    await using server = await apiServerDouble();
    const clock = serverClock(() => Date.now() + 60 * minute);
    const api = kubeApi(server.connection, { onDate: clock.saw });
    await api.get('/api/v1/namespaces/a/secrets/missing', AbortSignal.timeout(60_000));
    assert.match(clock.problem() ?? '', /^the clock here says/);
  });
});
