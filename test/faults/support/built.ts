import { execFile } from 'node:child_process';
import { rmSync } from 'node:fs';
import { mkdtemp, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const root = join(import.meta.dirname, '../../..');
let building: Promise<string> | undefined;

/**
 * Builds the program as the container has it, without node_modules, and returns its path. Each process builds once, into
 * a folder of its own, because other tests may build too.
 */
export function builtMain(): Promise<string> {
  return (building ??= build());
}

async function build(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'pullgate-built-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  const outDir = join(folder, 'dist');
  await promisify(execFile)(process.execPath, ['scripts/bundle.ts', outDir], { cwd: root });
  await symlink(join(root, 'package.json'), join(folder, 'package.json'));
  return join(outDir, 'main.js');
}
