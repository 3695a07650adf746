import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';

/**
 * Asserts that `test/golden/NAME` contains exactly `text`. With UPDATE_GOLDEN=1 in the environment, writes the file
 * first.
 */
export async function assertGolden(name: string, text: string): Promise<void> {
  await assertFile(new URL(`../golden/${name}`, import.meta.url), text);
}

/** The same as `assertGolden` for a generated file anywhere in the project. */
export async function assertFile(file: URL, text: string): Promise<void> {
  if (process.env['UPDATE_GOLDEN'] === '1') await writeFile(file, text);
  assert.equal(
    await readFile(file, 'utf8').catch(() => ''),
    text,
    `${file.pathname} is out of date: run the test with UPDATE_GOLDEN=1`,
  );
}
