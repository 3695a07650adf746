import type { Command } from 'commander';

/** What a shell can offer for a value: words, files, folders, or nothing. */
export interface Values {
  readonly words: readonly string[];
  readonly paths: 'files' | 'folders' | 'none';
}

export interface OptionDefinition {
  /** As typed: `-o`, `--output`. */
  readonly flags: readonly string[];
  readonly description: string;
  /** Undefined for an option without a value. */
  readonly value: Values | undefined;
}

export interface CommandDefinition {
  readonly name: string;
  readonly summary: string;
  readonly options: readonly OptionDefinition[];
  /** Of its arguments. */
  readonly argument: Values;
}

/** Returns what a program understands, read from the definition that also parses its arguments. */
export function definitionOf(program: Command): readonly CommandDefinition[] {
  return program.commands.map((command) => ({
    name: command.name(),
    summary: command.summary() === '' ? command.description() : command.summary(),
    options: command.options
      .filter(({ hidden }) => !hidden)
      .map(({ short, long, description, required, optional, argChoices, flags }) => ({
        flags: [short, long].flatMap((flag) => flag ?? []),
        description,
        value: required || optional ? valuesOf(/<([^>[]*)/.exec(flags)?.[1] ?? '', argChoices) : undefined,
      })),
    argument: argumentOf(command),
  }));
}

function argumentOf({ registeredArguments: [argument] }: Command): Values {
  return argument === undefined ? nothing : valuesOf(argument.name(), argument.argChoices);
}

const nothing: Values = { words: [], paths: 'none' };

const paths: Readonly<Record<string, Values['paths']>> = { file: 'files', path: 'files', dir: 'folders' };

/** `name` is that of the value in the help: `<file>` is a file. */
function valuesOf(name: string, choices: readonly string[] | undefined): Values {
  return { words: choices ?? [], paths: paths[name] ?? 'none' };
}
