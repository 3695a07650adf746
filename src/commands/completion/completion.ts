import { Argument, type Command } from 'commander';
import type { CommandContext } from '../context.ts';
import { examples } from '../examples.ts';
import { bashCompletion } from './bash.ts';
import { definitionOf } from './definition.ts';
import { fishCompletion } from './fish.ts';
import { zshCompletion } from './zsh.ts';

/** For each shell, the function that returns its script. */
const shells = { bash: bashCompletion, zsh: zshCompletion, fish: fishCompletion } as const;

/** Adds `pullgate completion`. kubectl completes its plugins in its own way, so `kubectl pullgate` has no such command. */
export function addCompletion(program: Command, { name }: CommandContext): void {
  if (name.includes(' ')) return;
  program
    .command('completion')
    .summary('print the completion script of a shell')
    .description('Prints a script that completes commands, options and values in bash, zsh or fish.')
    .addArgument(new Argument('<shell>').choices(Object.keys(shells)))
    .addHelpText(
      'after',
      examples(
        `source <(${name} completion bash)     # in ~/.bashrc`,
        `source <(${name} completion zsh)      # in ~/.zshrc, after compinit`,
        `${name} completion fish > ~/.config/fish/completions/${name}.fish`,
      ),
    )
    .action((shell: keyof typeof shells) => void process.stdout.write(shells[shell](name, definitionOf(program))));
}
