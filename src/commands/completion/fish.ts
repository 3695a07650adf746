import type { CommandDefinition, OptionDefinition, Values } from './definition.ts';

/** Returns the completion of a program for fish. */
export function fishCompletion(program: string, commands: readonly CommandDefinition[]): string {
  const complete = `complete -c ${program}`;
  const lines = [
    `# fish completion for ${program}`,
    `${complete} -f`,
    `${complete} -n __fish_use_subcommand -l help -d 'print this help'`,
    ...commands.flatMap(({ name, summary, options, argument }) => {
      const within = `${complete} -n '__fish_seen_subcommand_from ${name}'`;
      return [
        `${complete} -n __fish_use_subcommand -a ${name} -d ${quoted(summary)}`,
        ...options.map((option) => `${within} ${optionWords(option)}`),
        ...(argument.words.length === 0 && argument.paths === 'none' ? [] : [`${within} ${offer(argument)}`]),
      ];
    }),
  ];
  return `${lines.join('\n')}\n`;
}

function optionWords({ flags, description, value }: OptionDefinition): string {
  const names = flags.map((flag) => (flag.startsWith('--') ? `-l ${flag.slice(2)}` : `-s ${flag.slice(1)}`));
  const values = value === undefined ? [] : ['-r', offer(value)];
  return [...names, ...values, '-d', quoted(description)].join(' ');
}

function offer({ words, paths }: Values): string {
  if (words.length > 0) return `-f -a ${quoted(words.join(' '))}`;
  return { files: '-F', folders: `-f -a '(__fish_complete_directories)'`, none: '-f' }[paths];
}

function quoted(text: string): string {
  return `'${text.replaceAll(/['\\]/g, String.raw`\$&`)}'`;
}
