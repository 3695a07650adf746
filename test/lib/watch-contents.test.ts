import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { contentsDigest, watchContents } from '../../src/lib/watch-contents.ts';

/** Watches a list of contents: each call of `read` returns the next one. Stops after the last one. */
async function changesIn(contents: readonly string[]): Promise<readonly string[]> {
  const stop = new AbortController();
  const changes: string[] = [];
  const [first = '', ...rest] = contents;
  const read = (): Promise<string> => {
    const now = rest.shift();
    if (now !== undefined) return Promise.resolve(now);
    stop.abort();
    return Promise.resolve(changes.at(-1) ?? first);
  };
  const keepAlive = setInterval(() => undefined, 1_000);
  await watchContents({ read, first, everyMs: 1, onChange: (now) => changes.push(now) }, stop.signal);
  clearInterval(keepAlive);
  return changes;
}

const fail = (): Promise<string> => Promise.reject(new Error('bug'));

describe('watchContents', () => {
  const cases: readonly { it: string; contents: readonly string[]; changes: readonly string[] }[] = [
    { it: 'reports nothing while the contents stay the same', contents: ['a', 'a', 'a'], changes: [] },
    { it: 'reports a change once', contents: ['a', 'b', 'b'], changes: ['b'] },
    { it: 'reports each change', contents: ['a', 'b', 'c'], changes: ['b', 'c'] },
    { it: 'reports a change back', contents: ['a', 'b', 'a'], changes: ['b', 'a'] },
  ];
  for (const { it, contents, changes } of cases) {
    test(it, async () => assert.deepEqual(await changesIn(contents), changes));
  }

  test('throws what read throws', async () => {
    const keepAlive = setInterval(() => undefined, 1_000);
    const watching = watchContents(
      { read: fail, first: '', everyMs: 1, onChange: () => undefined },
      new AbortController().signal,
    );
    await assert.rejects(watching, /bug/);
    clearInterval(keepAlive);
  });

  test('returns at once if the signal has aborted', async () => {
    await watchContents({ read: fail, first: '', everyMs: 1, onChange: () => undefined }, AbortSignal.abort());
  });
});

describe('contentsDigest', () => {
  let folder = '';
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'pullgate-contents-'));
  });
  after(() => rm(folder, { recursive: true }));

  const changes: readonly { it: string; change: (file: string) => Promise<unknown>; differs: boolean }[] = [
    { it: 'changes if a file gets other contents of the same size', change: (f) => writeFile(f, 'two'), differs: true },
    { it: 'changes if a file is removed', change: (f) => rm(f), differs: true },
    { it: 'changes if a file is added to a folder', change: (f) => writeFile(`${f}-2`, ''), differs: true },
    { it: 'stays the same if only the time changes', change: (f) => utimes(f, 1, 1), differs: false },
    { it: 'stays the same if the contents are written again', change: (f) => writeFile(f, 'one'), differs: false },
  ];
  for (const [at, { it, change, differs }] of changes.entries()) {
    test(it, async () => {
      const own = join(folder, String(at));
      await mkdir(own);
      await writeFile(join(own, 'file'), 'one');
      const before = await contentsDigest([own]);
      await change(join(own, 'file'));
      assert.equal((await contentsDigest([own])) !== before, differs);
    });
  }

  test('does not throw if a file is missing', async () => {
    const missing = join(folder, 'missing');
    assert.equal(await contentsDigest([missing]), await contentsDigest([missing]));
  });
});
