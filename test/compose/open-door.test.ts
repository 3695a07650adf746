import assert from 'node:assert/strict';
import { Writable } from 'node:stream';
import { describe, test } from 'node:test';
import { logOpenDoor } from '../../src/compose/open-door.ts';
import { createLog } from '../../src/observe/log.ts';
import { testConfig } from '../support/pullgate.ts';

/** The level of each line that is logged while the path is guessable, or not, one after the other. */
function logged(states: readonly boolean[], tls: Readonly<Record<string, string>> = {}): readonly string[] {
  const levels: string[] = [];
  const destination = new Writable({
    write(line: Buffer, _encoding, done) {
      levels.push((JSON.parse(line.toString()) as { level: string }).level);
      done();
    },
  });
  let guessable = false;
  const door = logOpenDoor(testConfig({ tls }), createLog('info', destination), { guessable: () => guessable });
  for (const state of states) {
    guessable = state;
    door();
  }
  return levels;
}

describe('the log of the open door', () => {
  test('warns once if the path can be guessed', () => assert.deepEqual(logged([true, true]), ['warn']));
  test('says nothing if it cannot', () => assert.deepEqual(logged([false, false]), []));
  test('says when that changes', () => assert.deepEqual(logged([true, false, true]), ['warn', 'info', 'warn']));
  test('says nothing if a client certificate is required', () =>
    assert.deepEqual(logged([true], { clientCA: '/ca.pem' }), []));
});
