import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

export const root = join(import.meta.dirname, '../..');

/** The pages whose commands a reader copies. Paths are relative to the root of the checkout. */
export async function pagesWithCommands(): Promise<readonly string[]> {
  const docs = (await readdir(join(root, 'docs'))).filter((name) => name.endsWith('.md'));
  return ['README.md', 'CONTRIBUTING.md', 'manifests/chart/README.md', ...docs.map((name) => `docs/${name}`)];
}

/** A block of code on a page. */
export interface Block {
  readonly page: string;
  /** The nearest heading above it. */
  readonly section: string;
  readonly language: string;
  readonly text: string;
}

/** A command of a page, as a reader would type it. */
export interface Command {
  readonly page: string;
  readonly section: string;
  readonly text: string;
  /** The documented output, one pattern per line: `…` stands for any text. Empty if none is documented. */
  readonly output: readonly string[];
}

/** Returns the blocks of code of a page, in order. */
export async function blocksOf(page: string): Promise<readonly Block[]> {
  const blocks: Block[] = [];
  let section = '';
  let open: { language: string; lines: string[] } | undefined;
  for (const line of (await readFile(join(root, page), 'utf8')).split('\n')) {
    const fence = /^```(\w*)$/.exec(line);
    if (open !== undefined && line === '```') {
      blocks.push({ page, section, language: open.language, text: open.lines.join('\n') });
      open = undefined;
    } else if (open !== undefined) open.lines.push(line);
    else if (fence !== null) open = { language: fence[1] ?? '', lines: [] };
    else if (line.startsWith('#')) section = line.replace(/^#+ /, '');
  }
  return blocks;
}

/** The commands of one block, which a reader runs one after the other. */
export interface Script {
  readonly page: string;
  readonly section: string;
  readonly commands: readonly Command[];
}

/** Returns the scripts of a page, in order. A block `text` after a block with one command is its output. */
export async function scriptsOf(page: string): Promise<readonly Script[]> {
  const blocks = await blocksOf(page);
  return blocks.flatMap(({ section, language, text }, at) => {
    if (language !== 'sh' && language !== 'console') return [];
    const lines = commandsIn(text);
    const next = blocks[at + 1];
    const output = lines.length === 1 && next?.language === 'text' && next.section === section ? next.text : undefined;
    const commands = lines.map((line) => ({ page, section, text: line, output: output?.split('\n') ?? [] }));
    return [{ page, section, commands }];
  });
}

/** Returns the commands of a page, in order. */
export async function commandsOf(page: string): Promise<readonly Command[]> {
  return (await scriptsOf(page)).flatMap(({ commands }) => commands);
}

/** Joins continued lines, and drops comments. */
function commandsIn(text: string): readonly string[] {
  const lines = text.replaceAll(/ *\\\n */g, ' ').split('\n');
  return lines.map((line) => line.replace(/(^| +)# .*$/, '').trim()).filter((line) => line !== '');
}

/** The commands in the running text of a page: `kubectl label namespace NAME …`. */
export async function inlineCommandsOf(page: string): Promise<readonly string[]> {
  const text = (await readFile(join(root, page), 'utf8')).replaceAll(/^```[^]*?^```$/gm, '');
  const spans = [...text.matchAll(/`([^`]+)`/g)].map(([, span = '']) => span.replaceAll(/\s+/g, ' '));
  return spans.filter((span) => /^(kubectl|helm|pullgate|make|npm run) [a-z]/.test(span));
}

/** Whether `printed` has the lines of the documented output, in this order. */
export function shows(printed: string, output: readonly string[]): boolean {
  return new RegExp(output.map(patternOf).join('[^]*?'), 'm').test(printed);
}

function patternOf(line: string): string {
  const parts = line.split('…').map((part) => RegExp.escape(part));
  return `^${parts.join('.*')}`;
}
