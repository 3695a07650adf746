/*
 * `make demo`: starts registries, the webhook with its own certificate and an API server double, all in this process
 * and on loopback. Sends workloads as an API server would send them. Exits with 1 if a verdict is not the expected one.
 */
import { selfSignedSource } from '../support/self-signed.ts';
import type { Reviewed } from '../support/admission-client.ts';
import { startPullgate, type RunningPullgate } from '../support/pullgate.ts';
import { startScript } from '../support/scripted-registry/start.ts';
import { addObjects } from './cluster.ts';
import { startNetwork } from './network.ts';
import { closing, paragraph } from './page.ts';
import { deadRegistry, registries } from './registries.ts';
import { applications, type Application, type Verdict } from './workloads.ts';

const hour = 3_600_000;

await using script = await startScript(registries);
const ports = Object.keys(registries.servers).map((host) => [host, Number(script.symbols[`${host}.port`])] as const);
await using network = await startNetwork(new Map([...ports, [deadRegistry, undefined]]));
await using pullgate = await startPullgate(
  {
    certsDir: network.certsDir,
    proxy: { http: network.proxy },
    nodes: { enabled: true },
    namespaces: [{ names: ['sandbox'], profile: 'audit' }],
  },
  { certificates: await selfSignedSource({ names: ['127.0.0.1'], now: Date.now(), lifetimeMs: hour }) },
);
addObjects(pullgate.api);
process.exitCode = (await run(pullgate)) ? 0 : 1;

/** Sends the workloads one after the other and prints the answers. Returns whether all are as expected. */
async function run(pullgate: RunningPullgate): Promise<boolean> {
  const address = `https://127.0.0.1:${pullgate.webhook.port}`;
  print(`Pullgate runs at ${address}, with ${ports.length + 1} registries and a simulated cluster.\n`);
  const counts: Record<Verdict, number> = { allowed: 0, warned: 0, denied: 0 };
  const mismatches: string[] = [];
  const startedAt = performance.now();
  for (const [index, application] of applications.entries()) {
    const { namespace, object, oldObject } = application;
    const update = oldObject === undefined ? {} : { operation: 'UPDATE', oldObject };
    const answer = await pullgate.review(object, { namespace, ...update });
    const verdict = verdictOf(answer);
    counts[verdict] += 1;
    print(paragraph(index + 1, application, { verdict, lines: linesOf(answer, application) }));
    const expected = `${application.verdict} ${application.kinds.join(', ')}`;
    const actual = `${verdict} ${answer.kinds.join(', ')}`;
    if (actual !== expected) mismatches.push(`${index + 1}: expected "${expected}", but got "${actual}".\n`);
  }
  print(`\n${closing(counts, Math.round(performance.now() - startedAt))}`);
  print(mismatches.join(''));
  return mismatches.length === 0;
}

function print(text: string): void {
  process.stdout.write(text);
}

function verdictOf({ allowed, warnings }: Reviewed): Verdict {
  if (allowed !== true) return 'denied';
  return warnings.length > 0 ? 'warned' : 'allowed';
}

/**
 * The lines that kubectl prints: warnings, then the success message, or an error with the webhook's name and its
 * message.
 */
function linesOf({ allowed, message, warnings }: Reviewed, { done, failed }: Application): readonly string[] {
  return [
    ...warnings.map((warning) => `Warning: ${warning}`),
    ...(allowed === true
      ? [done]
      : [`${failed}: admission webhook "images.pullgate.dev" denied the request:`, ...message.split('\n')]),
  ];
}
