/*
 * `npm run load`: what a review costs. The webhook runs as a process of its own; registry, API server double and clients
 * share this one. Everything is on loopback, bounded in count, and ends by itself. docs/operations.md has the figures.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import { Agent, request } from 'node:https';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { stringify } from 'yaml';
import { selfSignedSource } from '../../src/tls/self-signed.ts';
import { apiServerDouble } from '../support/api-server-double.ts';
import { deployment } from '../support/pods.ts';
import { reviewText } from '../support/pullgate.ts';
import { publicRegistry } from '../support/registries.ts';
import { digestOf } from '../support/scripted-registry/blobs.ts';
import { startScript } from '../support/scripted-registry/start.ts';

const imagesEach = 3;
const folder = await mkdtemp(join(tmpdir(), 'pullgate-load-'));
const anyImage = {
  headers: {
    'Content-Type': 'application/vnd.oci.image.manifest.v1+json',
    'Docker-Content-Digest': digestOf('any image'),
  },
  body: 'any image',
};
await using script = await startScript(publicRegistry({ rules: [{ match: { path: '/manifests/' }, do: anyImage }] }));
await using api = await apiServerDouble();
api.put('team', 'serviceaccounts', { metadata: { name: 'default' } });
const host = script.symbols['registry'] ?? '';
const { ca, ...source } = await selfSignedSource({ names: ['127.0.0.1'], now: Date.now(), lifetimeMs: 3_600_000 });
await write('tls.crt', source.current().cert);
await write('tls.key', source.current().key);
await write('config.yaml', {
  apiVersion: 'pullgate.dev/v1alpha1',
  kind: 'PullgateConfiguration',
  network: { allowLoopback: true },
  server: { address: '127.0.0.1', port: 0, drain: '0ms' },
  tls: { source: 'files', certFile: path('tls.crt'), keyFile: path('tls.key') },
});
await write('kubeconfig', {
  apiVersion: 'v1',
  kind: 'Config',
  'current-context': 'load',
  contexts: [{ name: 'load', context: { cluster: 'load', user: 'load' } }],
  clusters: [{ name: 'load', cluster: { server: api.url, 'insecure-skip-tls-verify': true } }],
  users: [{ name: 'load', user: {} }],
});

const startedAt = performance.now();
const files = ['--config', path('config.yaml'), '--kubeconfig', path('kubeconfig')];
const program = process.argv.length > 2 ? process.argv.slice(2) : ['src/main.ts'];
const webhook = spawn(process.execPath, [...program, 'serve', ...files], { stdio: ['ignore', 'pipe', 'inherit'] });
const log = createInterface({ input: webhook.stdout });
let port = 0;
for await (const line of log) {
  ({ port = 0 } = JSON.parse(line) as { readonly port?: number });
  if (port !== 0) break;
}
webhook.stdout.resume();
const agent = new Agent({ keepAlive: true, ca });
say(`${cpus().length} cores of ${cpus()[0]?.model ?? 'an unknown kind'}, Node ${process.version}`);
say(`listening after ${Math.round(performance.now() - startedAt)} ms, ${await memory()}`);

let images = 0;
const warm = reviewOf(() => `${host}/team/app:v1`);
await measure('warm up', 8, 5_000, () => warm);
await measure('warm, 1 client', 1, 3_000, () => warm);
await measure('warm, 8 clients', 8, 20_000, () => warm);
await measure('cold, 1 client', 1, 500, () => reviewOf(() => `${host}/team/app:t${images++}`));
await measure('cold, 8 clients', 8, 5_000, () => reviewOf(() => `${host}/team/app:t${images++}`));

webhook.kill();
await once(webhook, 'exit');
agent.destroy();
await rm(folder, { recursive: true });

async function measure(name: string, clients: number, count: number, body: () => string): Promise<void> {
  const times: number[] = [];
  let left = count;
  const before = script.log.length;
  const cpuBefore = await metric('process_cpu_seconds_total');
  const begun = performance.now();
  async function client(): Promise<void> {
    while (left-- > 0) {
      const text = body();
      const from = performance.now();
      const status = await post(text);
      if (status !== 200) throw new Error(`a review was answered with ${status}`);
      times.push(performance.now() - from);
    }
  }
  await Promise.all(Array.from({ length: clients }, client));
  const seconds = (performance.now() - begun) / 1_000;
  const cpuMs = ((await metric('process_cpu_seconds_total')) - cpuBefore) * 1_000;
  times.sort((a, b) => a - b);
  const at = (share: number) => (times[Math.floor(times.length * share)] ?? 0).toFixed(2);
  const asked = script.log.length - before;
  script.log.length = 0;
  say(
    `${name}: ${count} reviews, ${Math.round(count / seconds)}/s, p50 ${at(0.5)} ms, p99 ${at(0.99)} ms, ` +
      `${(cpuMs / count).toFixed(2)} ms of CPU each, ${asked} questions to the registry, ${await memory()}`,
  );
  await sleep(100);
}

function reviewOf(image: () => string): string {
  return reviewText(deployment(Array.from({ length: imagesEach }, image)));
}

async function post(body: string): Promise<number> {
  const headers = { 'Content-Type': 'application/json' };
  const sent = request({ agent, host: '127.0.0.1', port, path: '/validate?timeout=10s', method: 'POST', headers });
  sent.end(body);
  const [answer] = (await once(sent, 'response')) as [IncomingMessage];
  await once(answer.resume(), 'end');
  return answer.statusCode ?? 0;
}

async function metric(name: string): Promise<number> {
  const sent = request({ agent, host: '127.0.0.1', port, path: '/metrics' });
  sent.end();
  const [answer] = (await once(sent, 'response')) as [IncomingMessage];
  const text = Buffer.concat(await answer.toArray()).toString();
  return Number(new RegExp(`^${name} (.+)$`, 'm').exec(text)?.[1]);
}

async function memory(): Promise<string> {
  const [resident, heap] = [await metric('process_resident_memory_bytes'), await metric('nodejs_heap_size_used_bytes')];
  return `${Math.round(resident / 2 ** 20)} MiB (heap ${Math.round(heap / 2 ** 20)})`;
}

function path(name: string): string {
  return join(folder, name);
}

async function write(name: string, content: unknown): Promise<void> {
  await writeFile(path(name), typeof content === 'string' ? content : stringify(content));
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}
