import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

const root = join(import.meta.dirname, '../../..');
let building: Promise<string> | undefined;

/** Builds the program, once in each process, and returns its path. A pod runs it, because stripping types needs memory. */
export function builtMain(): Promise<string> {
  return (building ??= build());
}

async function build(): Promise<string> {
  const compiler = join(root, 'node_modules/typescript/bin/tsc');
  await promisify(execFile)(process.execPath, [compiler, '-p', 'tsconfig.build.json'], { cwd: root });
  return join(root, 'dist/main.js');
}
