import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { untilAborted } from '../../src/lib/wait.ts';

const never = new Promise<never>(() => undefined);

describe('untilAborted', () => {
  it('brings what is waited for', async () => {
    assert.equal(await untilAborted(Promise.resolve(7), new AbortController().signal), 7);
  });

  it('passes a failure on', async () => {
    await assert.rejects(untilAborted(Promise.reject(new Error('bug')), new AbortController().signal), /bug/);
  });

  it('ends where the signal aborts', async () => {
    const leaving = new AbortController();
    const waiting = assert.rejects(untilAborted(never, leaving.signal), /gone/);
    leaving.abort(new Error('gone'));
    await waiting;
  });

  it('does not begin where the signal has aborted', async () => {
    await assert.rejects(untilAborted(never, AbortSignal.abort(new Error('gone'))), /gone/);
  });
});
