import type { Readable } from 'node:stream';
import { errorReason } from '../lib/errno.ts';
import { inline } from '../words/plain-text.ts';
import { readLimited } from './limited-text.ts';
import type { Note } from './note.ts';
import type { ManifestText } from './parse-manifests.ts';
import { filesOf, readText } from './read-files.ts';
import { isUrl, publicUrl, readUrl } from './read-url.ts';
import { runKustomize } from './run-kustomize.ts';

export interface ReadTexts {
  readonly texts: readonly ManifestText[];
  /** One for each source that cannot be read. */
  readonly problems: readonly Note[];
}

/** What the user named. */
export interface Sources {
  /** Each `-f`: a file, a folder, a pattern, a URL, or `-` for standard input. */
  readonly filename: readonly string[];
  /** Each `-k`: a folder with a kustomization file. */
  readonly kustomize: readonly string[];
}

export interface ReadOptions {
  readonly stdin: Readable;
  /** Whether a folder means its subfolders too. */
  readonly recursive: boolean;
  /** The environment for kubectl. */
  readonly environment: NodeJS.ProcessEnv;
  readonly stop: AbortSignal;
}

/** In characters, of all sources together. */
const maxCharacters = 256 * 1024 * 1024;

/**
 * Returns the texts of each source. A source that cannot be read or is larger than 64 MiB is a problem; the others are
 * read all the same. Throws only if `stop` aborts.
 */
export async function readTexts(sources: Sources, options: ReadOptions): Promise<ReadTexts> {
  const texts: ManifestText[] = [];
  const problems: Note[] = [];
  let characters = 0;
  for (const { source, read } of readersOf(sources, options)) {
    options.stop.throwIfAborted();
    try {
      for await (const text of read()) {
        characters += text.text.length;
        if (characters > maxCharacters) throw new Error('the input is larger than 256 MiB in all');
        texts.push(text);
      }
    } catch (error) {
      options.stop.throwIfAborted();
      problems.push({
        place: undefined,
        message: `${inline(source)}: cannot be read (${inline(errorReason(error), 500)})`,
      });
    }
  }
  return { texts, problems };
}

interface Reader {
  /** As messages name it. */
  readonly source: string;
  readonly read: () => AsyncIterable<ManifestText>;
}

function readersOf({ filename, kustomize }: Sources, options: ReadOptions): readonly Reader[] {
  const named = [...new Set(filename)].map((source): Reader => {
    if (source === '-') return { source, read: () => one({ name: '<stdin>', text: readLimited(options.stdin) }) };
    if (!isUrl(source)) return { source, read: () => inFiles(source, options.recursive) };
    const name = publicUrl(source);
    return { source: name, read: () => one({ name, text: readUrl(source, options.stop) }) };
  });
  const rendered = [...new Set(kustomize)].map((source): Reader => ({
    source,
    read: async function* () {
      yield await runKustomize(source, options);
    },
  }));
  return [...named, ...rendered];
}

async function* one({ name, text }: { readonly name: string; readonly text: Promise<string> }) {
  yield { name, text: await text };
}

async function* inFiles(source: string, recursive: boolean): AsyncGenerator<ManifestText> {
  for (const name of await filesOf(source, recursive)) yield { name, text: await readText(name) };
}
