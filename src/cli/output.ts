import { nearestWord } from '../lib/nearest-word.ts';
import { formatNames, type Format } from './format-names.ts';

/** One value of `--output`: a format, and the file to write. Without a file, the report goes to standard output. */
export interface Output {
  readonly format: Format;
  readonly file?: string;
}

/** `problem` is a sentence for the user. */
export type ParsedOutput =
  { readonly kind: 'output'; readonly output: Output } | { readonly kind: 'invalid'; readonly problem: string };

/** Reads `FORMAT` or `FORMAT=FILE`. `before` are the outputs that the user named before it. */
export function parseOutput(word: string, before: readonly Output[]): ParsedOutput {
  const at = word.indexOf('=');
  const name = at === -1 ? word : word.slice(0, at);
  const file = at === -1 ? undefined : word.slice(at + 1);
  const format = formatNames.find((known) => known === name);
  if (format === undefined) {
    const nearest = nearestWord(name, formatNames);
    const guess = nearest === undefined ? '' : ` Did you mean ${nearest}?`;
    return { kind: 'invalid', problem: `The formats are ${formatNames.join(', ')}.${guess}` };
  }
  if (file === '') return { kind: 'invalid', problem: `Name the file: ${format}=FILE.` };
  const same = before.find((other) => other.file === file);
  if (same !== undefined && file === undefined) {
    const problem = `Only one report can go to standard output, and ${same.format} does. Write this one to a file: ${format}=FILE.`;
    return { kind: 'invalid', problem };
  }
  if (same !== undefined) return { kind: 'invalid', problem: `The ${same.format} report goes to the same file.` };
  return { kind: 'output', output: file === undefined ? { format } : { format, file } };
}
