import { readdir, readFile, stat } from 'node:fs/promises';
import { extname, join } from 'node:path';
import type { Readable } from 'node:stream';
import { errorReason } from '../lib/errno.ts';
import type { ManifestText } from './parse-manifests.ts';

/** `problem` is one line for people. */
export type TextsRead =
  | { readonly kind: 'texts'; readonly texts: readonly ManifestText[] }
  | { readonly kind: 'unreadable'; readonly problem: string };

/** Bytes: ten times what a chart of hundreds of objects renders to. */
const maxBytes = 64 * 1024 * 1024;

/** What `kubectl apply -f` takes from a folder. */
const extensions: ReadonlySet<string> = new Set(['.yaml', '.yml', '.json']);

/** The texts behind each `-f`: a file whatever its name, the manifests of a folder (with `recursive` those below it too), `-`. */
export async function readTexts(
  sources: readonly string[],
  { stdin, recursive }: { readonly stdin: Readable; readonly recursive: boolean },
): Promise<TextsRead> {
  const texts: ManifestText[] = [];
  for (const source of new Set(sources)) {
    try {
      if (source === '-') texts.push({ name: '<stdin>', text: await readAll(stdin) });
      else for (const file of await filesOf(source, recursive)) texts.push({ name: file, text: await readText(file) });
    } catch (error) {
      return { kind: 'unreadable', problem: `${source}: cannot be read (${errorReason(error)})` };
    }
  }
  return { kind: 'texts', texts };
}

async function filesOf(source: string, recursive: boolean): Promise<readonly string[]> {
  if (!(await stat(source)).isDirectory()) return [source];
  const entries = await readdir(source, { withFileTypes: true, recursive });
  return entries
    .filter((entry) => !entry.isDirectory() && extensions.has(extname(entry.name)))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

async function readText(file: string): Promise<string> {
  if ((await stat(file)).size > maxBytes) throw new Error('larger than 64 MiB');
  return readFile(file, 'utf8');
}

async function readAll(stream: Readable): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of stream) {
    const read = Buffer.from(chunk as Uint8Array | string);
    bytes += read.length;
    if (bytes > maxBytes) throw new Error('larger than 64 MiB');
    chunks.push(read);
  }
  return Buffer.concat(chunks).toString('utf8');
}
