import { execFile } from 'node:child_process';
import { rmSync } from 'node:fs';
import { mkdtemp, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const root = join(import.meta.dirname, '../../..');
let building: Promise<string> | undefined;

/**
 * Builds the program and returns its path. A pod runs it, because stripping types needs memory. Each process builds once,
 * into a folder of its own, because other tests may build too.
 */
export function builtMain(): Promise<string> {
  return (building ??= build());
}

async function build(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'pullgate-built-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  const compiler = join(root, 'node_modules/typescript/bin/tsc');
  const outDir = join(folder, 'dist');
  await promisify(execFile)(process.execPath, [compiler, '-p', 'tsconfig.build.json', '--outDir', outDir], {
    cwd: root,
  });
  for (const name of ['package.json', 'node_modules']) await symlink(join(root, name), join(folder, name));
  return join(outDir, 'main.js');
}
