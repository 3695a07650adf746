import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, test } from 'node:test';
import { type ContainersFiles, containersFiles } from '../../../src/registry/hosts/containers-files.ts';

const accepting = '{"default":[{"type":"insecureAcceptAnything"}]}';

/** A folder with files, and a clock that the test moves. */
async function inFolder(
  files: Readonly<Record<string, string>>,
  use: (read: () => Promise<ContainersFiles>, write: (path: string, text: string) => Promise<void>) => Promise<void>,
): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'pullgate-containers-'));
  async function write(path: string, text: string): Promise<void> {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  }
  try {
    for (const [path, text] of Object.entries(files)) await write(path, text);
    let now = 0;
    const read = containersFiles({ containers: folder, containersAuth: join(folder, 'auth.json') }, () => now);
    await use(() => {
      now += 10_000;
      return read();
    }, write);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** The problems as `FILE:LINE EFFECT`, without the folder. */
function problemsOf({ problems }: ContainersFiles): readonly string[] {
  return problems.map(
    ({ file, line, effect }) => `${file.replace(/^.*pullgate-containers-[^/]+\//, '')}:${line} ${effect}`,
  );
}

describe('containersFiles', () => {
  test('merges registries.conf and its folder', () =>
    inFolder(
      {
        'policy.json': accepting,
        'registries.conf': 'unqualified-search-registries = ["a.test"]',
        'registries.conf.d/2.conf': 'unqualified-search-registries = ["c.test"]',
        'registries.conf.d/1.conf': 'unqualified-search-registries = ["b.test"]',
        'registries.conf.d/3.toml': 'unqualified-search-registries = ["d.test"]',
      },
      async (read) => {
        const files = await read();
        assert.deepEqual(files.registries?.searchRegistries, ['c.test']);
        assert.deepEqual(problemsOf(files), []);
      },
    ));

  test('names the file and the line of what is not valid, and the effect', () =>
    inFolder({ 'registries.conf': '# comment\nno toml', 'policy.json': '{}', 'auth.json': 'no JSON' }, async (read) => {
      const files = await read();
      assert.equal(files.registries, undefined);
      assert.equal(files.policy, undefined);
      assert.equal(files.auths?.kind, 'invalid');
      assert.deepEqual(problemsOf(files), [
        'registries.conf:2 does not start',
        'policy.json:undefined every pull fails',
        'auth.json:undefined every pull fails',
      ]);
    }));

  test('without a policy.json, every pull fails', () =>
    inFolder({}, async (read) => {
      const files = await read();
      assert.equal(files.policy, undefined);
      assert.deepEqual(problemsOf(files), ['policy.json:undefined every pull fails']);
      assert.equal(files.auths?.kind, 'auths');
    }));

  test('reads a file again after it has changed, and keeps what was valid before', () =>
    inFolder({ 'policy.json': accepting }, async (read, write) => {
      assert.deepEqual((await read()).registries?.searchRegistries, []);
      await write('registries.conf', 'unqualified-search-registries = ["a.test"]');
      assert.deepEqual((await read()).registries?.searchRegistries, ['a.test']);
      await write('registries.conf', 'unqualified-search-registries = [');
      const files = await read();
      assert.deepEqual(files.registries?.searchRegistries, ['a.test']);
      assert.equal(files.problems.length, 1);
    }));

  test('refuses a file of more than 1 MiB', () =>
    inFolder({ 'policy.json': `${accepting}${' '.repeat(1024 * 1024)}` }, async (read) => {
      assert.equal((await read()).policy, undefined);
    }));
});
