import { glob, readdir, readFile, stat } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { decodeText } from '../lib/decode-text.ts';
import { maxTextBytes, tooLarge } from './limited-text.ts';

/** The files in a folder that `kubectl apply -f` reads. */
const extensions: ReadonlySet<string> = new Set(['.yaml', '.yml', '.json']);

/**
 * Returns the paths that an `-f` names, sorted: a file with any name, or the `.yaml`, `.yml` and `.json` files of a folder
 * (with `recursive` also of its subfolders) or of a pattern such as `deploy/**`. Throws an Error if there is none.
 */
export async function filesOf(source: string, recursive: boolean): Promise<readonly string[]> {
  const found = await stat(source).catch((error: unknown) => {
    if (isPattern(source)) return undefined;
    throw error;
  });
  if (found?.isDirectory() === true) return filesIn(source, recursive);
  if (found !== undefined) return [source];
  const files = await Array.fromAsync(filesLike(source));
  if (files.length === 0) throw new Error('no .yaml, .yml or .json file matches');
  return files.sort();
}

/** Returns the text of a file. Throws an Error if it cannot be read, or is larger than 64 MiB. */
export async function readText(file: string): Promise<string> {
  if ((await stat(file)).size > maxTextBytes) throw new Error(tooLarge);
  return decodeText(await readFile(file));
}

async function filesIn(folder: string, recursive: boolean): Promise<readonly string[]> {
  const entries = await readdir(folder, { withFileTypes: true, recursive });
  return entries
    .filter((entry) => !entry.isDirectory() && extensions.has(extname(entry.name)))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

async function* filesLike(pattern: string): AsyncGenerator<string> {
  for await (const path of glob(pattern)) {
    if (extensions.has(extname(path)) && (await stat(path)).isFile()) yield path;
  }
}

function isPattern(source: string): boolean {
  return /[*?[{]/.test(source);
}
