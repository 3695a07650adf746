import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { createNewHosts } from '../../../src/registry/decorators/new-hosts.ts';
import { fakeClock } from '../../support/fake-clock.ts';

const options = { perWindow: 2, windowMs: 60_000, maxNamespaces: 2 };

describe('createNewHosts', () => {
  test('limits the hosts of a namespace, not how often it asks them', () => {
    const { mayAsk } = createNewHosts({ ...options, clock: fakeClock() });
    const asked = ['r:1', 'r:2', 'r:1', 'r:3', 'r:2'].map((host) => mayAsk('team', host));
    assert.deepEqual(asked, [true, true, true, false, true]);
  });

  test('counts each namespace by itself', () => {
    const { mayAsk } = createNewHosts({ ...options, clock: fakeClock() });
    assert.deepEqual(
      ['a', 'b', 'c'].map((host) => mayAsk('team', host)),
      [true, true, false],
    );
    assert.equal(mayAsk('other', 'c'), true);
  });

  test('starts again after the window', () => {
    const clock = fakeClock();
    const { mayAsk } = createNewHosts({ ...options, clock });
    for (const host of ['a', 'b']) mayAsk('team', host);
    clock.advance(59_999);
    assert.equal(mayAsk('team', 'c'), false);
    clock.advance(1);
    assert.equal(mayAsk('team', 'c'), true);
  });

  test('remembers a limited number of namespaces', () => {
    const { mayAsk } = createNewHosts({ ...options, clock: fakeClock() });
    for (const namespace of ['one', 'two', 'three']) for (const host of ['a', 'b']) mayAsk(namespace, host);
    assert.deepEqual([mayAsk('three', 'c'), mayAsk('one', 'c')], [false, true]);
  });
});
