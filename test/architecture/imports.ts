import { readdir, readFile } from 'node:fs/promises';
import { dirname, join, normalize } from 'node:path';

export const root = join(import.meta.dirname, '../..');

/** One row of the table in docs/architecture.md. */
export interface Room {
  /** `src/engine/`, or a single file. */
  readonly path: string;
  /** Paths of the rooms that it may import, and its own; undefined: all. */
  readonly mayImport: readonly string[] | undefined;
  readonly pure: boolean;
}

/** Path from the root → the modules that it imports, as they are written. */
export type Imports = ReadonlyMap<string, readonly string[]>;

/** The rooms as docs/architecture.md lists them. */
export async function readRooms(): Promise<readonly Room[]> {
  const page = await readFile(join(root, 'docs/architecture.md'), 'utf8');
  return [...page.matchAll(/^\| `(src\/[^`]*)` \| (.*?) \| (.*?) \|$/gm)].map(
    ([, path = '', purpose = '', may = '']) => {
      const names = may.split(',').map((name) => name.trim());
      const rooms = names.filter((name) => name !== 'nothing').map((name) => `src/${name}/`);
      return { path, mayImport: may === 'everything' ? undefined : [path, ...rooms], pure: /\bPure\b/.test(purpose) };
    },
  );
}

/** What every file below src/ imports. */
export async function readImports(): Promise<Imports> {
  const entries = await readdir(join(root, 'src'), { recursive: true });
  const files = entries.filter((entry) => entry.endsWith('.ts')).map((entry) => join('src', entry));
  const texts = files.map(async (file) => [file, importsIn(await readFile(join(root, file), 'utf8'))] as const);
  return new Map(await Promise.all(texts));
}

/** The modules that a source text imports, statically or not. */
export function importsIn(text: string): readonly string[] {
  const patterns = [/^(?:import|export)\b[^'"]*?\bfrom\s+['"]([^'"]+)['"]/gm, /\bimport\(\s*['"]([^'"]+)['"]/g];
  return patterns.flatMap((pattern) => [...text.matchAll(pattern)].map(([, module = '']) => module));
}

/** Imports that the table does not allow, as `from → to`. */
export function forbidden(imports: Imports, rooms: readonly Room[]): readonly string[] {
  return edges(imports).flatMap(({ from, to }) => {
    const { mayImport } = roomOf(from, rooms);
    const target = to.startsWith('src/') ? roomOf(to, rooms).path : undefined;
    return target === undefined || mayImport === undefined || mayImport.includes(target) ? [] : [`${from} → ${to}`];
  });
}

/** What of Node or of a package a pure room reaches, also through what it imports, as `from → module`. */
export function impurities(imports: Imports, rooms: readonly Room[]): readonly string[] {
  const pure = [...imports.keys()].filter((file) => roomOf(file, rooms).pure);
  const reached = new Set(pure);
  for (const file of reached) for (const { to } of edgesOf(file, imports)) if (imports.has(to)) reached.add(to);
  return [...reached].flatMap((file) =>
    edgesOf(file, imports).flatMap(({ to }) => (to.startsWith('src/') ? [] : [`${file} → ${to}`])),
  );
}

/** The first circle of imports, as the files on it; undefined: none. */
export function circle(imports: Imports): readonly string[] | undefined {
  const done = new Set<string>();
  function visit(file: string, path: readonly string[]): readonly string[] | undefined {
    if (path.includes(file)) return [...path.slice(path.indexOf(file)), file];
    if (done.has(file)) return undefined;
    for (const { to } of edgesOf(file, imports)) {
      const found = imports.has(to) ? visit(to, [...path, file]) : undefined;
      if (found !== undefined) return found;
    }
    done.add(file);
    return undefined;
  }
  for (const file of imports.keys()) {
    const found = visit(file, []);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** The room of a file: the row with the longest path that the file is in. Throws if no row has it. */
export function roomOf(file: string, rooms: readonly Room[]): Room {
  const room = rooms.filter(({ path }) => file.startsWith(path)).toSorted((a, b) => b.path.length - a.path.length)[0];
  if (room === undefined) throw new Error(`${file} is in no room of docs/architecture.md`);
  return room;
}

interface Edge {
  readonly from: string;
  /** A path from the root, or the name of a package. */
  readonly to: string;
}

function edges(imports: Imports): readonly Edge[] {
  return [...imports.keys()].flatMap((file) => edgesOf(file, imports));
}

function edgesOf(from: string, imports: Imports): readonly Edge[] {
  return (imports.get(from) ?? []).map((module) => ({
    from,
    to: module.startsWith('.') ? normalize(join(dirname(from), module)) : module,
  }));
}
