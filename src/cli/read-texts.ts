import { readdir, readFile, stat } from 'node:fs/promises';
import { extname, join } from 'node:path';
import type { Readable } from 'node:stream';
import { decodeText } from '../lib/decode-text.ts';
import { errorReason } from '../lib/errno.ts';
import { inline } from '../words/plain-text.ts';
import type { Note } from './note.ts';
import type { ManifestText } from './parse-manifests.ts';

export interface ReadTexts {
  readonly texts: readonly ManifestText[];
  /** One for each source that cannot be read. */
  readonly problems: readonly Note[];
}

/** In bytes. Ten times the output of a Helm chart with hundreds of objects. */
const maxBytes = 64 * 1024 * 1024;

/** The files in a folder that `kubectl apply -f` reads. */
const extensions: ReadonlySet<string> = new Set(['.yaml', '.yml', '.json']);

/**
 * Returns the texts of each `-f`: a file with any name, the `.yaml`, `.yml` and `.json` files of a folder (with
 * `recursive` also of its subfolders), or standard input for `-`. A file that cannot be read or is larger than 64 MiB
 * is a problem; the others are read all the same. Never throws.
 */
export async function readTexts(
  sources: readonly string[],
  { stdin, recursive }: { readonly stdin: Readable; readonly recursive: boolean },
): Promise<ReadTexts> {
  const texts: ManifestText[] = [];
  const problems: Note[] = [];
  for (const source of new Set(sources)) {
    try {
      if (source === '-') texts.push({ name: '<stdin>', text: await readAll(stdin) });
      else for (const file of await filesOf(source, recursive)) texts.push({ name: file, text: await readText(file) });
    } catch (error) {
      problems.push({ place: undefined, message: `${inline(source)}: cannot be read (${errorReason(error)})` });
    }
  }
  return { texts, problems };
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
  return decodeText(await readFile(file));
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
  return decodeText(Buffer.concat(chunks));
}
