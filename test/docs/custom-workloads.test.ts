import { test } from 'node:test';
import { assertFile } from '../support/golden.ts';
import { customWorkloadsPage } from './custom-workloads-page.ts';

test('docs/custom-workloads.md is up to date', async () => {
  await assertFile(new URL('../../docs/custom-workloads.md', import.meta.url), customWorkloadsPage());
});
