import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { createStatusLine } from '../../src/cli/status-line.ts';
import { fakeClock } from '../support/fake-clock.ts';

const erase = '\r\u001b[K';

function onTerminal({ isTTY = true, quiet = false } = {}) {
  const clock = fakeClock();
  let text = '';
  const stream = { isTTY, write: (part: string) => (text += part) };
  return { clock, status: createStatusLine(stream, { name: 'pullgate', quiet, clock }), text: () => text };
}

describe('the progress', () => {
  test('does not appear if the work takes less than a second', () => {
    const { clock, status, text } = onTerminal();
    status.progress('checked 1 of 9 objects');
    clock.advance(999);
    status.end();
    clock.advance(10_000);
    assert.equal(text(), '');
  });

  test('appears after a second, shows the latest, and is removed at the end', () => {
    const { clock, status, text } = onTerminal();
    status.progress('checked 1 of 9 objects');
    status.progress('checked 2 of 9 objects');
    clock.advance(1_000);
    assert.equal(text(), `${erase}checked 2 of 9 objects`);
    status.end();
    assert.equal(text(), `${erase}checked 2 of 9 objects${erase}`);
    clock.advance(10_000);
    assert.equal(clock.scheduled, 0);
  });

  test('is drawn at most ten times a second', () => {
    const { clock, status, text } = onTerminal();
    status.progress('start');
    clock.advance(1_000);
    for (let at = 0; at < 1_000; at += 1) {
      status.progress(`checked ${at}`);
      clock.advance(1);
    }
    assert.ok(text().split(erase).length <= 13);
  });

  test('makes room for a message, and comes back', () => {
    const { clock, status, text } = onTerminal();
    status.progress('half');
    clock.advance(1_000);
    status.say('a file is ignored');
    clock.advance(1_000);
    assert.equal(text(), `${erase}half${erase}pullgate: a file is ignored\n${erase}half`);
  });

  for (const [where, options] of [
    ['if standard error is no terminal', { isTTY: false }],
    ['with --quiet', { quiet: true }],
  ] as const) {
    test(`never appears ${where}`, () => {
      const { clock, status, text } = onTerminal(options);
      status.progress('half');
      clock.advance(10_000);
      assert.equal(text(), '');
    });
  }
});

describe('--quiet', () => {
  test('leaves out remarks, but not what went wrong', () => {
    const { status, text } = onTerminal({ quiet: true });
    status.remark('a note');
    status.say('a problem');
    assert.equal(text(), 'pullgate: a problem\n');
  });
});
