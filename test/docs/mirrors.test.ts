import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { describe, test } from 'node:test';

const root = join(import.meta.dirname, '../..');
const page = await readFile(join(root, 'docs/mirrors.md'), 'utf8');
const rows = [...page.matchAll(/^\| `(src\/\S+)` \| (.+?) \| (.+?) \|$/gm)].map(([, file = '', , proof = '']) => ({
  file,
  proof,
}));

/** Files that say in a comment which upstream code they mirror. */
async function mirrors(): Promise<readonly string[]> {
  const entries = (await readdir(join(root, 'src'), { recursive: true })).filter((entry) => entry.endsWith('.ts'));
  const texts = entries.map(async (entry) => ({
    file: join('src', entry),
    text: await readFile(join(root, 'src', entry), 'utf8'),
  }));
  return (await Promise.all(texts)).filter(({ text }) => /\bMirrors\b/.test(text)).map(({ file }) => file);
}

describe('docs/mirrors.md', () => {
  test('has a row for each file that mirrors upstream code, and no other', async () => {
    assert.deepEqual(rows.map(({ file }) => file).toSorted(), (await mirrors()).toSorted());
  });

  test('names data and tests that are there', async () => {
    const scenarios = (await readdir(join(root, 'test/scenarios'), { recursive: true })).map((path) => basename(path));
    const vectors = await readdir(join(root, 'test/vectors'));
    for (const { file, proof } of rows) {
      for (const [, name = ''] of proof.matchAll(/`([^`]+)`/g)) {
        if (name.startsWith('--')) continue;
        if (name.endsWith('.test.ts')) await readFile(join(root, name));
        else if (name.endsWith('*'))
          assert.ok(
            scenarios.some((scenario) => scenario.startsWith(name.slice(0, -1))),
            `${file}: ${name}`,
          );
        else assert.ok(vectors.includes(name) || scenarios.includes(`${name}.json`), `${file}: ${name}`);
      }
    }
  });
});
