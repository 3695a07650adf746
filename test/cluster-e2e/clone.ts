import { execFile } from 'node:child_process';
import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { root } from '../docs/commands.ts';

/** Copies the files that a clone has, except for the tests. */
export async function cloneTo(folder: string): Promise<void> {
  const args = ['ls-files', '-z', '--cached', '--others', '--exclude-standard'];
  const { stdout } = await promisify(execFile)('git', args, { cwd: root, maxBuffer: 16 * 1024 * 1024 });
  for (const path of stdout.split('\0').filter((one) => one !== '' && !one.startsWith('test/'))) {
    await cp(join(root, path), join(folder, path));
  }
}
