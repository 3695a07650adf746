import { Argument, InvalidArgumentError, type Command } from 'commander';
import type { FindingKind } from '../engine/finding.ts';
import { findingKinds } from '../engine/policy/policy.ts';
import { nearestWord } from '../lib/nearest-word.ts';
import { isFindingKind, renderExplanation } from '../words/explain.ts';
import type { CommandContext } from './context.ts';
import { examples } from './examples.ts';

/** Adds `pullgate explain`. */
export function addExplain(program: Command, { name }: CommandContext): void {
  program
    .command('explain')
    .summary('explain a kind of finding')
    .description('Explains a kind of finding: what it means, how to find its cause, how to fix it.')
    .addArgument(new Argument('<kind>').choices(findingKinds).argParser(findingKind))
    .addHelpText(
      'after',
      `\nKinds:\n${columns(findingKinds)}\n${examples(`${name} explain access-denied`, `${name} explain not-checked`)}`,
    )
    .action((kind: FindingKind) => void process.stdout.write(`${renderExplanation(kind)}\n`));
}

/** Sets the words in three columns, to be read column by column. */
function columns(words: readonly string[]): string {
  const rows = Math.ceil(words.length / 3);
  const row = (at: number) => [words[at], words[at + rows], words[at + 2 * rows]].map((word = '') => word.padEnd(24));
  return Array.from({ length: rows }, (_, at) => `  ${row(at).join(' ').trimEnd()}`).join('\n');
}

function findingKind(word: string): FindingKind {
  if (isFindingKind(word)) return word;
  const nearest = nearestWord(word, findingKinds);
  throw new InvalidArgumentError(
    nearest === undefined ? `Use one of: ${findingKinds.join(', ')}.` : `Did you mean ${nearest}?`,
  );
}
