/**
 * `npm run bench [ROUNDS]` measures the speed of the webhook, compared with a minimal node:https server in the same
 * run. The ratios are similar on all machines, the absolute figures are not.
 */
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { Agent, request as httpsRequest } from 'node:https';
import { join } from 'node:path';
import { reviewText } from '../support/admission-client.ts';
import { publicRegistry, smallImage } from '../support/registries.ts';
import { startScript } from '../support/scripted-registry/start.ts';

interface Server {
  readonly name: string;
  readonly port: number;
  readonly ca: string;
  readonly process: ChildProcess;
}

interface Figures {
  readonly name: string;
  readonly clients: number;
  readonly perSecond: number;
  readonly p50: number;
  readonly p99: number;
  readonly cpuMs: number;
  readonly rssMiB: number;
}

async function start(name: string): Promise<Server> {
  const child = fork(join(import.meta.dirname, 'server.ts'), [name], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  const [message] = (await once(child, 'message')) as [{ port: number; ca: string }];
  return { name, ...message, process: child };
}

async function usage(server: Server): Promise<{ cpuMs: number; rssMiB: number }> {
  server.process.send('usage');
  const [message] = (await once(server.process, 'message')) as [{ cpuMs: number; rssMiB: number }];
  return message;
}

function ask(agent: Agent, port: number, body: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const headers = { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(body) };
    const options = { agent, host: '127.0.0.1', port, path: '/validate?timeout=10s', method: 'POST', headers };
    const request = httpsRequest(options, (response) => {
      response.resume();
      response.on('end', () => (response.statusCode === 200 ? resolve() : reject(new Error(`${response.statusCode}`))));
    });
    request.on('error', reject);
    request.end(body);
  });
}

async function measure(server: Server, clients: number, requests: number, bodies: readonly string[]): Promise<Figures> {
  const agent = new Agent({ keepAlive: true, maxSockets: clients, ca: server.ca });
  const times: number[] = [];
  let next = 0;
  async function client(): Promise<void> {
    while (next < requests) {
      const body = bodies[next++ % bodies.length] ?? '';
      const startedAt = performance.now();
      await ask(agent, server.port, body);
      times.push(performance.now() - startedAt);
    }
  }
  const before = await usage(server);
  const startedAt = performance.now();
  await Promise.all(Array.from({ length: clients }, client));
  const seconds = (performance.now() - startedAt) / 1000;
  const after = await usage(server);
  agent.destroy();
  const sorted = times.toSorted((a, b) => a - b);
  return {
    name: server.name,
    clients,
    perSecond: requests / seconds,
    p50: sorted[Math.floor(sorted.length / 2)] ?? 0,
    p99: sorted[Math.floor(sorted.length * 0.99)] ?? 0,
    cpuMs: (after.cpuMs - before.cpuMs) / requests,
    rssMiB: after.rssMiB,
  };
}

/** A Deployment with the fields that API servers add. With three containers, the AdmissionReview has about 8 KiB. */
function deploymentOf(images: readonly string[], name = 'web'): string {
  const env = Array.from({ length: 24 }, (_, at) => ({ name: `SETTING_${at}`, value: `value-of-setting-${at}` }));
  const containers = images.map((image, at) => ({ name: `c${at}`, image, imagePullPolicy: 'IfNotPresent', env }));
  return reviewText({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: {
      name,
      namespace: 'team',
      uid: `uid-${name}`,
      labels: { app: name },
      managedFields: [{ manager: 'kubectl', fieldsV1: { note: 'x'.repeat(2000) } }],
    },
    spec: { replicas: 3, template: { metadata: { labels: { app: name } }, spec: { containers } } },
  });
}

function ratio(own: number, other: number | undefined): string {
  return other === undefined ? '' : ` (${(own / other).toFixed(2)} x)`;
}

function print(figures: Figures, echo?: Figures): void {
  const { name, clients, perSecond, p50, p99, cpuMs, rssMiB } = figures;
  console.log(
    `${name.padEnd(16)} ${clients} client${clients === 1 ? ' ' : 's'}  ${perSecond.toFixed(0)}/s${ratio(perSecond, echo?.perSecond)}` +
      `  p50 ${p50.toFixed(2)} ms${ratio(p50, echo?.p50)}  p99 ${p99.toFixed(2)} ms  CPU ${cpuMs.toFixed(3)} ms${ratio(cpuMs, echo?.cpuMs)}  ${rssMiB.toFixed(0)} MiB`,
  );
}

const rounds = Number(process.argv[2] ?? 3);
const tags = Array.from({ length: 3000 }, (_, at) => `t${at}`);
const image = smallImage();
const everyTag = Object.fromEntries([...tags, 'a', 'b', 'c'].map((tag) => [tag, 'manifest']));
await using script = await startScript(
  publicRegistry({}, { ...image, repository: { ...image.repository, tags: everyTag } }),
);
const host = script.symbols['registry'] ?? '';
const warm = [deploymentOf(['a', 'b', 'c'].map((tag) => `${host}/team/app:${tag}`))];
console.log(`AdmissionReview of ${Buffer.byteLength(warm[0] ?? '')} bytes, three images; ${rounds} rounds`);
const [echo, pullgate] = await Promise.all([start('echo'), start('pullgate')]);
for (let round = 0; round < rounds; round++) {
  for (const [clients, requests] of [
    [1, 3000],
    [8, 8000],
  ] as const) {
    const bare = await measure(echo, clients, requests, warm);
    print(bare);
    const before = script.log.length;
    print(await measure(pullgate, clients, requests, warm), bare);
    const registry = script.log.length - before;
    if (registry > 0) console.log(`  registry requests: ${registry}`);
  }
}
script.log.length = 0;
const cold = tags.map((tag) => deploymentOf([`${host}/team/app:${tag}`], tag));
print({ ...(await measure(pullgate, 8, cold.length, cold)), name: 'pullgate, cold' });
console.log(`  registry requests for ${cold.length} new images: ${script.log.length}`);
for (const server of [echo, pullgate]) server.process.disconnect();
