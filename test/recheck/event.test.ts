import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Finding } from '../../src/engine/finding.ts';
import { eventOf } from '../../src/recheck/event.ts';
import { unreachable } from '../support/answers.ts';

const object = { apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'shop', name: 'web', uid: 'u-1' };

function unreachableImage(image: string): Finding {
  const use = { kind: 'container', name: image, path: 'p', image, pullPolicy: 'Always', needed: true } as const;
  return { kind: 'registry-unreachable', use, answer: unreachable('timeout') };
}

describe('the Event of a recheck', () => {
  test('is Normal if every image can be pulled', () => {
    const { type, reason, regarding } = eventOf({ object, outcome: 'healed', findings: [] });
    assert.deepEqual([type, reason, regarding], ['Normal', 'ImagesPullable', object]);
  });

  test('names the remaining problem', () => {
    const { type, reason, note } = eventOf({
      object,
      outcome: 'failing',
      findings: [unreachableImage('registry.example.com/a')],
    });
    assert.deepEqual([type, reason], ['Warning', 'ImagesNotPullable']);
    assert.match(note, /registry-unreachable|registry\.example\.com/);
  });

  test('has a note of at most 1,024 bytes', () => {
    const findings = Array.from({ length: 50 }, (_, index) => unreachableImage(`registry.example.com/ümläut-${index}`));
    const { note } = eventOf({ object, outcome: 'failing', findings });
    assert.ok(Buffer.byteLength(note) <= 1024);
  });
});
