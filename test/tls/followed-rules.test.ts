import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { createEndpoint } from '../../src/tls/endpoint.ts';
import { followedRules } from '../../src/tls/followed-rules.ts';
import { fakeClock } from '../support/fake-clock.ts';
import { shippedRules, shippedText } from '../support/shipped-rules.ts';

const annotation = 'pullgate.dev/rules';
const empty = { failClosed: true, service: true, rules: [] };

describe('the rules of an entry', () => {
  const rows: readonly {
    readonly it: string;
    readonly leadsHere?: boolean;
    readonly text?: string;
    readonly entry?: Partial<typeof empty> | { readonly rules: readonly object[] };
    readonly writes: boolean;
    readonly problem?: 'waiting' | 'invalid';
  }[] = [
    { it: 'are not written before the Service leads here, if it fails closed', writes: false, problem: 'waiting' },
    { it: 'are written after that', leadsHere: true, writes: true },
    { it: 'are written at once if it fails open', entry: { failClosed: false }, writes: true },
    { it: 'are written at once if it has a URL, which needs no endpoints', entry: { service: false }, writes: true },
    { it: 'stay if they are those of the annotation', entry: { rules: shippedRules }, writes: false },
    { it: 'of an older version are replaced', leadsHere: true, entry: { rules: [{}] }, writes: true },
    { it: 'stay without an annotation', leadsHere: true, text: '', writes: false },
    { it: 'stay if the annotation is invalid', leadsHere: true, text: '{}', writes: false, problem: 'invalid' },
  ];
  for (const { it, leadsHere = false, text = shippedText, entry = {}, writes, problem } of rows) {
    test(it, () => {
      const rules = followedRules(() => leadsHere);
      rules.saw(text === '' ? [] : [{ annotation, text }]);
      assert.deepEqual(rules.wanted({ ...empty, ...entry }), writes ? shippedRules : undefined);
      assert.equal(rules.problem()?.kind, problem);
    });
  }

  test('a problem ends when the annotation is valid again, or gone', () => {
    const rules = followedRules(() => true);
    const kinds = ['[]', shippedText, 'x', undefined].map((text) => {
      rules.saw(text === undefined ? [] : [{ annotation, text }]);
      return rules.problem()?.kind;
    });
    assert.deepEqual(kinds, ['invalid', undefined, 'invalid', undefined]);
  });

  test('of several annotations are added up, in the order of the annotations', () => {
    const more = { ...shippedRules[0], resources: ['machines'] };
    const rules = followedRules(() => true);
    rules.saw([
      { annotation, text: shippedText },
      { annotation: `${annotation}-mine`, text: JSON.stringify([more]) },
    ]);
    assert.deepEqual(rules.wanted(empty), [...shippedRules, more]);
  });

  test('stay if one of several annotations cannot be used, and the problem names it', () => {
    const rules = followedRules(() => true);
    rules.saw([
      { annotation, text: shippedText },
      { annotation: `${annotation}-mine`, text: '[]' },
    ]);
    const problem = rules.problem();
    assert.equal(rules.wanted(empty), undefined);
    assert.equal(problem?.kind === 'invalid' && problem.annotation, `${annotation}-mine`);
  });

  test('waiting ends when another replica has written them', () => {
    const rules = followedRules(() => false);
    rules.saw([{ annotation, text: shippedText }]);
    rules.wanted(empty);
    rules.saw([{ annotation, text: shippedText }]);
    rules.wanted({ ...empty, rules: shippedRules });
    assert.equal(rules.problem(), undefined);
  });
});

describe('the Service', () => {
  const settleMs = 5_000;
  const rows: readonly {
    readonly it: string;
    readonly answers: number;
    readonly afterMs: number;
    readonly leads: boolean;
  }[] = [
    { it: 'does not lead here before a kubelet asked', answers: 0, afterMs: 60_000, leads: false },
    { it: 'does not lead here after the startup probe alone', answers: 1, afterMs: 60_000, leads: false },
    { it: 'does not lead here right after the readiness probe', answers: 2, afterMs: settleMs - 1, leads: false },
    { it: 'leads here some seconds later', answers: 2, afterMs: settleMs, leads: true },
  ];
  for (const { it, answers, afterMs, leads } of rows) {
    test(it, () => {
      const clock = fakeClock();
      let told = 0;
      const endpoint = createEndpoint({ onLeadsHere: () => (told += 1), settleMs, clock });
      for (let answer = 0; answer < answers; answer++) endpoint.wasReady();
      clock.advance(afterMs);
      assert.deepEqual([endpoint.leadsHere(), told], [leads, leads ? 1 : 0]);
    });
  }

  test('further probes do not delay it, and it is reported once', () => {
    const clock = fakeClock();
    let told = 0;
    const endpoint = createEndpoint({ onLeadsHere: () => (told += 1), settleMs, clock });
    for (let second = 0; second < 60; second++) {
      endpoint.wasReady();
      clock.advance(1_000);
    }
    assert.deepEqual([endpoint.leadsHere(), told], [true, 1]);
  });
});
