/*
 * `npm run load` measures the cost of a review. The webhook is a separate process; the registry, the API server double
 * and the clients run in this process. Everything is on loopback and ends by itself. Arguments are the options of Node
 * and the program: `npm run load -- --max-old-space-size=160 dist/main.js` measures a build. docs/operations.md has
 * figures.
 */
import { cpus } from 'node:os';
import { apiServerDouble } from '../support/api-server-double.ts';
import { deployment } from '../support/pods.ts';
import { reviewText } from '../support/admission-client.ts';
import { publicRegistry } from '../support/registries.ts';
import { digestOf } from '../support/scripted-registry/blobs.ts';
import { startScript } from '../support/scripted-registry/start.ts';
import { startWebhookProcess } from './webhook-process.ts';

/** The reply to a request for any manifest. */
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
const program = process.argv.length > 2 ? process.argv.slice(2) : ['src/main.ts'];
await using webhook = await startWebhookProcess(program, api.url);

print(`${cpus().length} cores of ${cpus()[0]?.model ?? 'an unknown model'}, Node ${process.version}`);
print(`listening after ${Math.round(webhook.startMs)} ms, ${await memory()}`);

let images = 0;
const warm = reviewOf(() => 'v1');
await measure('warming up', 8, 5_000, () => warm);
await measure('warm, 1 client', 1, 3_000, () => warm);
await measure('warm, 8 clients', 8, 20_000, () => warm);
await measure('cold, 1 client', 1, 500, () => reviewOf(() => `t${images++}`));
await measure('cold, 8 clients', 8, 5_000, () => reviewOf(() => `t${images++}`));

async function measure(name: string, clients: number, count: number, body: () => string): Promise<void> {
  const times: number[] = [];
  let left = count;
  async function client(): Promise<void> {
    while (left-- > 0) {
      const text = body();
      const from = performance.now();
      await webhook.review(text);
      times.push(performance.now() - from);
    }
  }
  script.log.length = 0;
  const cpuBefore = await webhook.metric('process_cpu_seconds_total');
  const startedAt = performance.now();
  await Promise.all(Array.from({ length: clients }, client));
  const seconds = (performance.now() - startedAt) / 1_000;
  const cpuMs = ((await webhook.metric('process_cpu_seconds_total')) - cpuBefore) * 1_000;
  times.sort((a, b) => a - b);
  const at = (share: number) => (times[Math.floor(times.length * share)] ?? 0).toFixed(2);
  print(
    `${name}: ${count} reviews, ${Math.round(count / seconds)}/s, p50 ${at(0.5)} ms, p99 ${at(0.99)} ms, ` +
      `${(cpuMs / count).toFixed(2)} ms of CPU each, ${script.log.length} requests to the registry, ${await memory()}`,
  );
}

/** An AdmissionReview of a Deployment with three containers. */
function reviewOf(tag: () => string): string {
  const image = () => `${script.symbols['registry']}/team/app:${tag()}`;
  return reviewText(deployment([image(), image(), image()]));
}

async function memory(): Promise<string> {
  const [resident, heap] = [
    await webhook.metric('process_resident_memory_bytes'),
    await webhook.metric('nodejs_heap_size_used_bytes'),
  ];
  return `${Math.round(resident / 2 ** 20)} MiB (heap ${Math.round(heap / 2 ** 20)})`;
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}
