import type { CommandDefinition, Values } from './definition.ts';

/** Returns the completion of a program for bash 4 or later. It needs nothing but bash. */
export function bashCompletion(program: string, commands: readonly CommandDefinition[]): string {
  const names = commands.map(({ name }) => name);
  return `# bash completion for ${program}
_${program}() {
  local cur="\${COMP_WORDS[COMP_CWORD]}" prev="\${COMP_WORDS[COMP_CWORD-1]}" command='' i
  COMPREPLY=()
  for ((i = 1; i < COMP_CWORD; i++)); do
    case "\${COMP_WORDS[i]}" in ${names.join('|')}) command="\${COMP_WORDS[i]}"; break ;; esac
  done
  if [[ $cur == '=' ]]; then cur=''; fi
  if [[ $prev == '=' ]]; then compopt -o filenames 2>/dev/null; mapfile -t COMPREPLY < <(compgen -f -- "$cur"); return; fi
  case "$command $prev" in
${commands.flatMap(valueCases).join('\n')}
  esac
  case "$command" in
  '') mapfile -t COMPREPLY < <(compgen -W '${[...names, '--help', '--version'].join(' ')}' -- "$cur") ;;
${commands.map(commandCase).join('\n')}
  esac
}
complete -F _${program} ${program}
`;
}

function valueCases({ name, options }: CommandDefinition): readonly string[] {
  return options.flatMap(({ flags, value }) => {
    if (value === undefined) return [];
    return [`  ${flags.map((flag) => `'${name} ${flag}'`).join('|')}) ${offer(value)}; return ;;`];
  });
}

function commandCase({ name, options, argument }: CommandDefinition): string {
  const flags = options.flatMap((option) => option.flags.filter((flag) => flag.startsWith('--')));
  const words = `mapfile -t COMPREPLY < <(compgen -W '${[...flags, '--help'].join(' ')}' -- "$cur")`;
  return `  ${name}) if [[ $cur == -* ]]; then ${words}; else ${offer(argument)}; fi ;;`;
}

function offer({ words, paths }: Values): string {
  if (words.length > 0) return `mapfile -t COMPREPLY < <(compgen -W '${words.join(' ')}' -- "$cur")`;
  if (paths === 'none') return ':';
  return `compopt -o filenames 2>/dev/null; mapfile -t COMPREPLY < <(compgen ${paths === 'files' ? '-f' : '-d'} -- "$cur")`;
}
