import type { CommandDefinition, OptionDefinition, Values } from './definition.ts';

/** Returns the completion of a program for zsh. It works as a file in `$fpath`, and with `source`. */
export function zshCompletion(program: string, commands: readonly CommandDefinition[]): string {
  return `#compdef ${program}
_${program}() {
  local -a commands
  commands=(
${commands.map(({ name, summary }) => `    ${quoted(`${name}:${summary}`)}`).join('\n')}
  )
  if (( CURRENT == 2 )); then _describe command commands; return; fi
  local command=$words[2]
  shift words
  (( CURRENT-- ))
  case $command in
${commands.map(commandCase).join('\n')}
  esac
}
if [ "$funcstack[1]" = '_${program}' ]; then _${program} "$@"; else compdef _${program} ${program}; fi
`;
}

function commandCase({ name, options, argument }: CommandDefinition): string {
  const specs = [...options.flatMap(optionSpecs), quoted('(- *)--help[print this help]'), ...argumentSpec(argument)];
  return `  ${name}) _arguments \\\n${specs.map((spec) => `      ${spec}`).join(' \\\n')} ;;`;
}

function optionSpecs({ flags, description, value }: OptionDefinition): readonly string[] {
  const words = description.replaceAll(/[[\]\\:]/g, String.raw`\$&`);
  return flags.map((flag) => {
    const assign = value !== undefined && flag.startsWith('--') ? '=' : '';
    return quoted(`*${flag}${assign}[${words}]${value === undefined ? '' : `:value:${action(value)}`}`);
  });
}

function argumentSpec(values: Values): readonly string[] {
  return values.words.length === 0 && values.paths === 'none' ? [] : [quoted(`*:argument:${action(values)}`)];
}

function action({ words, paths }: Values): string {
  if (words.length > 0) return `(${words.join(' ')})`;
  return { files: '_files', folders: '_files -/', none: '' }[paths];
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
