import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { cp, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';

const root = join(import.meta.dirname, '../..');
const run = promisify(execFile);

/** What the Containerfile takes from the folder that it is built in. */
async function copied(): Promise<readonly string[]> {
  const lines = (await readFile(join(root, 'Containerfile'), 'utf8')).split('\n');
  const copies = lines.filter((line) => line.startsWith('COPY ') && !line.includes('--from='));
  return [...new Set(copies.flatMap((line) => line.split(' ').slice(1, -1)))];
}

test('the .dockerignore lets through what the Containerfile copies, and nothing else', async () => {
  const lines = (await readFile(join(root, '.dockerignore'), 'utf8')).split('\n').filter((line) => /^[!*]/.test(line));
  const passed = lines.filter((line) => line.startsWith('!')).map((line) => line.slice(1));
  assert.equal(lines[0], '*');
  assert.deepEqual(passed.toSorted(), [...(await copied())].toSorted());
});

test('the image runs as nobody, on a base without a shell', async () => {
  const text = await readFile(join(root, 'Containerfile'), 'utf8');
  const last = text.slice(text.lastIndexOf('\nFROM '));
  assert.match(last, /^\nFROM gcr\.io\/distroless\/nodejs24-\S+:nonroot\n/);
  assert.match(last, /\nUSER 65532:65532\n/);
  assert.doesNotMatch(last, /\nRUN /);
});

test('the production install starts from the files that the Containerfile copies', async () => {
  const app = await mkdtemp(join(tmpdir(), 'pullgate-image-'));
  try {
    for (const path of await copied()) await cp(join(root, path), join(app, path), { recursive: true });
    const tsc = join(root, 'node_modules/typescript/bin/tsc');
    await Promise.all([
      // What the checkout was installed from is in npm's cache.
      run('npm', ['ci', '--omit=dev', '--ignore-scripts', '--no-audit', '--no-fund', '--prefer-offline'], { cwd: app }),
      // The types that the compiler needs are the checkout's own, as the image's build stage has them.
      run(process.execPath, [tsc, '-p', join(root, 'tsconfig.build.json'), '--outDir', join(app, 'dist')]),
    ]);
    const { stdout } = await run(process.execPath, [join(app, 'dist/main.js'), '--help'], { cwd: tmpdir() });
    assert.match(stdout, /serve/);
  } finally {
    await rm(app, { recursive: true, force: true });
  }
});
