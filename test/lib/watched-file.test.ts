import assert from 'node:assert/strict';
import { mkdtemp, readFile, rename, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { absent, stampOf, watchedFile } from '../../src/lib/watched-file.ts';

let folder = '';
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pullgate-watched-'));
});
after(() => rm(folder, { recursive: true }));

async function fileWith(name: string, text: string): Promise<string> {
  const file = join(folder, name);
  await writeFile(file, text);
  return file;
}

/** A watched file with the text `one`, a clock, and the number of reads. */
async function watched(name: string) {
  const file = await fileWith(name, 'one');
  const time = { ms: 0 };
  let reads = 0;
  const read = async (path: string): Promise<string> => {
    reads += 1;
    return readFile(path, 'utf8');
  };
  const watchedOne = watchedFile(file, read, () => time.ms);
  return { file, time, current: () => watchedOne.current(), reads: () => reads };
}

describe('a watched file', () => {
  test('is read at the first call', async () => {
    const { current, reads } = await watched('first');
    assert.equal(reads(), 0);
    assert.equal(await current(), 'one');
  });

  test('is read once for concurrent callers', async () => {
    const { current, reads } = await watched('concurrent');
    assert.deepEqual(await Promise.all([current(), current()]), ['one', 'one']);
    assert.equal(reads(), 1);
  });

  test('is not read again while it does not change', async () => {
    const { current, reads, time } = await watched('same');
    await current();
    time.ms = 60_000;
    await current();
    assert.equal(reads(), 1);
  });

  test('is not checked again within a second', async () => {
    const { file, current, time } = await watched('second');
    await current();
    await writeFile(file, 'second');
    time.ms = 999;
    assert.equal(await current(), 'one');
    time.ms = 1_000;
    assert.equal(await current(), 'second');
  });

  test('is read again at the next call after an error', async () => {
    const { file, current } = await watched('error');
    await rm(file);
    await assert.rejects(current(), { code: 'ENOENT' });
    await writeFile(file, 'back');
    assert.equal(await current(), 'back');
  });

  test('throws an error again, and keeps no old value, after it was removed', async () => {
    const { file, current, time } = await watched('removed');
    await current();
    await rm(file);
    time.ms = 1_000;
    await assert.rejects(current(), { code: 'ENOENT' });
  });
});

describe('the stamp of a file', () => {
  const changes: readonly { it: string; change: (file: string) => Promise<unknown> }[] = [
    { it: 'is written with another size', change: (file) => writeFile(file, 'longer') },
    { it: 'gets another modification time', change: (file) => utimes(file, 1, 1) },
    {
      it: 'is replaced by a file of the same size and time',
      change: async (file) => {
        await utimes(file, 1, 1);
        const other = await fileWith('other', 'two');
        await utimes(other, 1, 1);
        await rename(other, file);
      },
    },
    { it: 'is removed', change: (file) => rm(file) },
  ];
  for (const { it, change } of changes) {
    test(`changes if the file ${it}`, async () => {
      const file = await fileWith('changing', 'one');
      const before = await stampOf([file]);
      await change(file);
      assert.notEqual(await stampOf([file]), before);
    });
  }

  test('is the same while nothing changes', async () => {
    const file = await fileWith('same', 'one');
    assert.equal(await stampOf([file]), await stampOf([file]));
  });

  test('is absent if there is no file', async () => {
    assert.equal(await stampOf([join(folder, 'none')]), absent);
  });

  test('covers every file in the list', async () => {
    const file = await fileWith('listed', 'one');
    const stamp = await stampOf([file]);
    assert.equal(await stampOf([file, join(folder, 'none')]), `${stamp} ${absent}`);
  });
});
