import { InvalidArgumentError, Option, type Command } from 'commander';
import type { DiagnoseCommand } from '../compose/diagnose-command.ts';
import { parseTarget, type DiagnoseTarget } from '../compose/diagnose-target.ts';
import { duration } from './arguments.ts';
import { exitCodes, type CommandContext } from './context.ts';
import { examples } from './examples.ts';

type DiagnoseFlags = Omit<DiagnoseCommand, 'target' | 'allNamespaces'> & { readonly allNamespaces?: boolean };

/** Adds `pullgate diagnose`. */
export function addDiagnose(program: Command, { name, stop }: CommandContext): void {
  program
    .command('diagnose')
    .summary('tell why pods wait for their images')
    .description(
      'Tells why pods wait for their images: compares what the kubelet said with what the registry says now.\n' +
        'Exits with 1 if a pod waits, and with 2 if something could not be read.',
    )
    .argument('[target]', 'KIND/NAME, or the name of a pod (default: all pods of the namespace)', target)
    .option('-n, --namespace <name>', 'namespace (default: that of the kubeconfig context)')
    .option('-A, --all-namespaces', 'look at the pods of all namespaces')
    .option('--kubeconfig <file>', 'kubeconfig file (default: as kubectl)')
    .option('--context <name>', 'kubeconfig context to use')
    .option('--config <file>', 'config file (default: built-in defaults)')
    .addOption(
      new Option('--timeout <duration>', 'time limit for each image (default: 30s)')
        .argParser(duration)
        .default(30_000, '30s'),
    )
    .addOption(
      new Option('-o, --output <format>', 'text or json (default: text)').choices(['text', 'json']).default('text'),
    )
    .addHelpText(
      'after',
      examples(
        `${name} diagnose pod/web-7d4b9-x2x9z -n shop`,
        `${name} diagnose deployment/web`,
        `${name} diagnose -A -o json`,
      ),
    )
    .action(async (wanted: DiagnoseTarget | undefined, { allNamespaces = false, ...given }: DiagnoseFlags) => {
      if (allNamespaces && wanted !== undefined) throw new Error('use a name or -A, but not both');
      const { runDiagnose } = await import('../compose/diagnose-command.ts');
      const overrides = { flags: {}, environment: process.env };
      const command = { ...given, ...(wanted !== undefined && { target: wanted }), allNamespaces, overrides };
      const outcome = await runDiagnose({ ...command, now: Date.now }, process, stop);
      if (outcome !== 'nothing')
        process.exitCode = outcome === 'found' ? exitCodes.somethingWrong : exitCodes.couldNotRun;
    });
}

function target(text: string): DiagnoseTarget {
  const parsed = parseTarget(text);
  if ('problem' in parsed) throw new InvalidArgumentError(parsed.problem);
  return parsed;
}
