import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { explain, isFindingKind, renderExplanation, renderFindingsPage } from '../../src/words/explain.ts';
import { findingKinds } from '../../src/engine/policy/policy.ts';
import { assertFile, assertGolden } from '../support/golden.ts';

describe('explanations', () => {
  test('the text of one kind is as in the golden file', async () => {
    await assertGolden('explain-access-denied.txt', renderExplanation('access-denied'));
  });

  test('docs/findings.md is up to date', async () => {
    await assertFile(new URL('../../docs/findings.md', import.meta.url), renderFindingsPage());
  });

  for (const kind of findingKinds) {
    test(`${kind} has a meaning, a way to find its cause, and a fix`, () => {
      const { meaning, find, fix } = explain(kind);
      assert.ok(isFindingKind(kind) && meaning !== '' && find.length > 0 && fix.length > 0);
    });
  }

  test('other words are not kinds', () => {
    for (const word of ['', 'toString', '__proto__', 'ImagePullBackOff']) assert.equal(isFindingKind(word), false);
  });
});
