import assert from 'node:assert/strict';
import { test } from 'node:test';

import { explain, isFindingKind, renderExplanation, renderFindingsPage } from '../../src/words/explain.ts';
import { findingKinds } from '../../src/engine/policy/policy.ts';
import { assertFile, assertGolden } from '../support/golden.ts';

test('explain: one kind as the terminal shows it', async () => {
  await assertGolden('explain-access-denied.txt', renderExplanation('access-denied'));
});

test('explain: docs/findings.md is current', async () => {
  await assertFile(new URL('../../docs/findings.md', import.meta.url), renderFindingsPage());
});

for (const kind of findingKinds) {
  test(`explain: ${kind} says what it means, how to find its cause and how to fix it`, () => {
    const { meaning, find, fix } = explain(kind);
    assert.ok(isFindingKind(kind) && meaning !== '' && find.length > 0 && fix.length > 0);
  });
}

test('explain: other words are no kinds', () => {
  for (const word of ['', 'toString', '__proto__', 'ImagePullBackOff']) assert.equal(isFindingKind(word), false);
});
