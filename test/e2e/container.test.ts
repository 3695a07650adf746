import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { cp, mkdtemp, readFile, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { promisify } from 'node:util';

const root = join(import.meta.dirname, '../..');
const run = promisify(execFile);

/** The paths that the Containerfile copies from the build context. */
async function copiedPaths(): Promise<readonly string[]> {
  const lines = (await readFile(join(root, 'Containerfile'), 'utf8')).split('\n');
  const copies = lines.filter((line) => line.startsWith('COPY ') && !line.includes('--from='));
  return [...new Set(copies.flatMap((line) => line.split(' ').slice(1, -1)))];
}

describe('the container image', () => {
  test('copies exactly the paths that .dockerignore allows', async () => {
    const lines = (await readFile(join(root, '.dockerignore'), 'utf8'))
      .split('\n')
      .filter((line) => /^[!*]/.test(line));
    const allowed = lines.filter((line) => line.startsWith('!')).map((line) => line.slice(1));
    assert.equal(lines[0], '*');
    assert.deepEqual(allowed.toSorted(), [...(await copiedPaths())].toSorted());
  });

  test('runs as a user without rights, on a base without a shell', async () => {
    const text = await readFile(join(root, 'Containerfile'), 'utf8');
    const last = text.slice(text.lastIndexOf('\nFROM '));
    assert.match(last, /^\nFROM gcr\.io\/distroless\/nodejs24-\S+:nonroot\n/);
    assert.match(last, /\nUSER 65532:65532\n/);
    assert.doesNotMatch(last, /\nRUN /);
  });

  test('has all files for a program that starts without node_modules', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'pullgate-image-'));
    const [build, app] = [join(folder, 'build'), join(folder, 'app')];
    try {
      for (const path of await copiedPaths()) await cp(join(root, path), join(build, path), { recursive: true });
      await symlink(join(root, 'node_modules'), join(build, 'node_modules'));
      await run(process.execPath, ['scripts/bundle.ts', 'dist'], { cwd: build });
      for (const path of ['dist', 'package.json']) await cp(join(build, path), join(app, path), { recursive: true });
      const { stdout } = await run(process.execPath, [join(app, 'dist/main.js'), '--help'], { cwd: tmpdir() });
      assert.match(stdout, /serve/);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
});
