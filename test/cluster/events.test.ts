import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { kubeEvents } from '../../src/cluster/events.ts';
import type { Write } from '../../src/cluster/kube-api.ts';

const regarding = { apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'shop', name: 'web', uid: 'u-1' };
const event = { regarding, type: 'Normal', reason: 'ImagesPullable', action: 'Recheck', note: 'All well.' } as const;

const now = (): number => Date.UTC(2026, 0, 2, 3, 4, 5, 6);

function events(kind: 'written' | 'forbidden' = 'written') {
  const writes: Write[] = [];
  const api = {
    write(write: Write) {
      writes.push(write);
      return Promise.resolve(kind === 'written' ? { kind, value: {} } : { kind });
    },
  };
  return { writes, write: kubeEvents(api, { controller: 'pullgate', instance: 'p'.repeat(300), now }) };
}

describe('kubeEvents', () => {
  test('an Event is written to the namespace of its object', async () => {
    const { writes, write } = events();
    assert.equal((await write(event, new AbortController().signal)).kind, 'written');
    assert.deepEqual(writes, [
      {
        method: 'POST',
        path: '/apis/events.k8s.io/v1/namespaces/shop/events',
        body: {
          apiVersion: 'events.k8s.io/v1',
          kind: 'Event',
          metadata: { generateName: 'web-', namespace: 'shop' },
          eventTime: '2026-01-02T03:04:05.006000Z',
          reportingController: 'pullgate',
          reportingInstance: 'p'.repeat(128),
          regarding,
          type: 'Normal',
          reason: 'ImagesPullable',
          action: 'Recheck',
          note: 'All well.',
        },
      },
    ]);
  });

  test('a forbidden write is reported', async () => {
    assert.equal((await events('forbidden').write(event, new AbortController().signal)).kind, 'forbidden');
  });

  test('no Event is written if the object cannot exist', async () => {
    const { writes, write } = events();
    const signal = new AbortController().signal;
    for (const unnamed of [{ namespace: '..' }, { name: '' }]) {
      assert.equal((await write({ ...event, regarding: { ...regarding, ...unnamed } }, signal)).kind, 'missing');
    }
    assert.deepEqual(writes, []);
  });
});
