import type { Command } from 'commander';
import { deepHelp, profileOption } from './arguments.ts';
import type { CommandContext } from './context.ts';
import { examples } from './examples.ts';

/** Adds `pullgate serve`. */
export function addServe(program: Command, { name, stop }: CommandContext): void {
  program
    .command('serve')
    .summary('run the admission webhook')
    .description('Runs the validating admission webhook.')
    .option('--config <file>', 'config file (default: built-in defaults)')
    .option('--kubeconfig <file>', 'kubeconfig file (default: in-cluster or as kubectl)')
    .addOption(profileOption())
    .option('--deep', deepHelp)
    .option('--port <number>', 'port for HTTPS (default: 8443)')
    .option('--metrics-port <number>', 'port for metrics and probes over plain HTTP')
    .option('--log-level <level>', 'debug, info, warn or error (default: info)')
    .addHelpText(
      'after',
      `\nFlags and environment variables override the config file.\n${examples(
        `${name} serve --config /etc/pullgate/config.yaml`,
        `${name} serve --profile audit --log-level debug`,
        `${name} serve --kubeconfig ~/.kube/config --port 9443`,
      )}`,
    )
    .action(async (given: Readonly<Record<string, unknown>>) => {
      const { config, kubeconfig, metricsPort, logLevel, ...others } = given;
      const flags = { ...others, 'metrics-port': metricsPort, 'log-level': logLevel };
      const { serve } = await import('../compose/serve.ts');
      await serve(
        {
          overrides: { flags, environment: process.env },
          environment: process.env,
          ...(typeof config === 'string' ? { configPath: config } : {}),
          ...(typeof kubeconfig === 'string' ? { kubeconfig } : {}),
        },
        stop,
      );
    });
}
