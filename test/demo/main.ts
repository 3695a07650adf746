/*
 * `make demo`: registries, the webhook with a certificate of its own and a stand-in for the API server, all in this
 * process and on loopback, and workloads that are sent as an API server would send them. Exits with 1 where any of them
 * comes out other than it must.
 */
import { selfSignedSource } from '../support/self-signed.ts';
import { startPullgate, type Reviewed, type RunningPullgate } from '../support/pullgate.ts';
import { startScript } from '../support/scripted-registry/start.ts';
import { furnish } from './cluster.ts';
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
furnish(pullgate.api);
process.exitCode = (await play(pullgate)) ? 0 : 1;

/** Sends one workload after the other, and says what came of each. Answers whether all of it was as it must be. */
async function play(pullgate: RunningPullgate): Promise<boolean> {
  const address = `https://127.0.0.1:${pullgate.webhook.port}`;
  say(`Pullgate answers at ${address}. Around it are ${ports.length + 1} registries and a stand-in for a cluster.\n`);
  const counts: Record<Verdict, number> = { allowed: 0, warned: 0, refused: 0 };
  const surprises: string[] = [];
  const startedAt = performance.now();
  for (const [index, application] of applications.entries()) {
    const { namespace, object, oldObject } = application;
    const update = oldObject === undefined ? {} : { operation: 'UPDATE', oldObject };
    const answer = await pullgate.review(object, { namespace, ...update });
    const verdict = verdictOf(answer);
    counts[verdict] += 1;
    say(paragraph(index + 1, application, { verdict, lines: linesOf(answer, application) }));
    const expected = `${application.verdict} ${application.kinds.join(', ')}`;
    const came = `${verdict} ${answer.kinds.join(', ')}`;
    if (came !== expected) surprises.push(`${index + 1}: "${expected}" was expected, and "${came}" came.\n`);
  }
  say(`\n${closing(counts, Math.round(performance.now() - startedAt))}`);
  say(surprises.join(''));
  return surprises.length === 0;
}

function say(text: string): void {
  process.stdout.write(text);
}

function verdictOf({ allowed, warnings }: Reviewed): Verdict {
  if (allowed !== true) return 'refused';
  return warnings.length > 0 ? 'warned' : 'allowed';
}

/** As kubectl prints it: warnings, then what was done, or the error with the webhook's name before its message. */
function linesOf({ allowed, message, warnings }: Reviewed, { done, failed }: Application): readonly string[] {
  return [
    ...warnings.map((warning) => `Warning: ${warning}`),
    ...(allowed === true
      ? [done]
      : [`${failed}: admission webhook "images.pullgate.dev" denied the request:`, ...message.split('\n')]),
  ];
}
