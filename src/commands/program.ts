import { Command } from 'commander';
import { version } from '../compose/version.ts';
import { addCheck } from './check.ts';
import { addCompletion } from './completion/completion.ts';
import type { CommandContext } from './context.ts';
import { examples } from './examples.ts';
import { addDiagnose } from './diagnose.ts';
import { addExplain } from './explain.ts';
import { helpLayout } from './help.ts';
import { addPreflight } from './preflight.ts';
import { addScan } from './scan.ts';
import { addServe } from './serve.ts';

/** Each adds one command, in the order of `--help`. */
const commands: readonly ((program: Command, context: CommandContext) => void)[] = [
  addServe,
  addCheck,
  addScan,
  addPreflight,
  addDiagnose,
  addExplain,
  addCompletion,
];

/** Returns the command line of Pullgate. Parsing throws CommanderError instead of ending the process. */
export function createProgram(context: CommandContext): Command {
  const { name } = context;
  const program = new Command(name)
    .description('Finds images that the kubelet cannot pull, before a pod needs them.')
    .version(version, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .helpCommand('help [command]', 'print the help of a command')
    .exitOverride()
    .configureHelp(helpLayout)
    .configureOutput({ outputError: (text, write) => write(`${oneLine(text, name)}\n`) })
    .addHelpText(
      'after',
      examples(
        `${name} check -f deploy/ --offline`,
        `${name} scan -A -o html=report.html`,
        `${name} diagnose pod/web-7d4b9-x2x9z`,
        `${name} explain image-not-found`,
        `${name} serve --profile audit`,
      ),
    );
  for (const add of commands) add(program, context);
  return program;
}

/** Turns an error of commander into one line: `pullgate: unknown option '--ofline' (did you mean --offline?)`. */
function oneLine(text: string, name: string): string {
  return text
    .trim()
    .replace(/^error: /, `${name}: `)
    .replaceAll(/\s*\n\s*/g, ' ')
    .replace(/\(Did you mean one of ([^)]*)\?\)$/, '(did you mean one of $1?)')
    .replace(/\(Did you mean ([^)]*)\?\)$/, '(did you mean $1?)');
}
