import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { pathCheck } from '../../src/tls/path-check.ts';

function checkOf(accepted: string, laterAccepted: string) {
  let looks = 0;
  const paths = {
    accepts: (path: string) => path === (looks === 0 ? accepted : laterAccepted),
    guessable: () => false,
  };
  const isForReviews = pathCheck(paths, async () => void (looks += 1));
  return { isForReviews, looks: () => looks };
}

describe('pathCheck', () => {
  test('answers at once for an accepted path', () => {
    const { isForReviews, looks } = checkOf('/validate/a', '/validate/b');
    assert.deepEqual([isForReviews('/validate/a'), looks()], [true, 0]);
  });

  for (const path of ['/', '/validate', '/validate/b']) {
    test(`looks before it refuses ${path}`, async () => {
      const { isForReviews, looks } = checkOf('/validate/a', path);
      assert.deepEqual([await isForReviews(path), looks()], [true, 1]);
    });
  }

  for (const path of ['/healthz', '/metrics', '/validated', '']) {
    test(`never looks for ${JSON.stringify(path)}`, () => {
      const { isForReviews, looks } = checkOf('/validate/a', path);
      assert.deepEqual([isForReviews(path), looks()], [false, 0]);
    });
  }

  test('refuses at once if there is nothing to look at', () => {
    assert.equal(pathCheck({ accepts: () => false, guessable: () => false })('/validate'), false);
  });

  test('a look that never ends is a refusal', { timeout: 20_000 }, async () => {
    const keepAlive = setInterval(() => undefined, 1_000);
    const isForReviews = pathCheck(
      { accepts: () => false, guessable: () => false },
      () => new Promise(() => undefined),
    );
    assert.equal(await isForReviews('/validate'), false);
    clearInterval(keepAlive);
  });
});
