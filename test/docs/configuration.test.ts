import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assertFile } from '../support/golden.ts';
import { configurationPage } from './configuration-page.ts';

test('docs/configuration.md is up to date', async () => {
  await assertFile(new URL('../../docs/configuration.md', import.meta.url), configurationPage());
});

test('every field has a description', () => {
  assert.deepEqual(configurationPage().match(/^.*\|  \|$/gm) ?? [], []);
});
