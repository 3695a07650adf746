/*
 * Creates PodTemplates at an even pace, from inside of the cluster, until its standard input ends or `count` are made; then
 * prints what came of them as JSON.   stream.ts API-SERVER CA-FILE TOKEN NAMESPACE IMAGE PER-SECOND [COUNT]
 */
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { Agent, request } from 'undici';

/** What came of the creates. */
export interface Streamed {
  readonly made: number;
  readonly failed: number;
  /** What the API server said of those that failed, each once. */
  readonly reasons: readonly string[];
  readonly p50: number;
  readonly p99: number;
}

async function stream(args: readonly string[]): Promise<Streamed> {
  const [url = '', ca = '', token = '', namespace = '', image = '', perSecond = '10', count = 'Infinity'] = args;
  const dispatcher = new Agent({ connect: { ca: readFileSync(ca) }, connections: 32 });
  const took: number[] = [];
  const reasons: string[] = [];
  const flights = new Set<Promise<void>>();
  const body = JSON.stringify({
    apiVersion: 'v1',
    kind: 'PodTemplate',
    metadata: { generateName: 'stream-' },
    template: { spec: { containers: [{ name: 'app', image }] } },
  });

  async function create(): Promise<void> {
    const began = performance.now();
    try {
      const response = await request(`${url}/api/v1/namespaces/${namespace}/podtemplates`, {
        method: 'POST',
        dispatcher,
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        body,
        bodyTimeout: 40_000,
        headersTimeout: 40_000,
      });
      const text = await response.body.text();
      if (response.statusCode !== 201) reasons.push(text.slice(0, 500));
    } catch (error) {
      reasons.push(String(error));
    }
    took.push(performance.now() - began);
  }

  const input = process.stdin.resume();
  const began = performance.now();
  for (let made = 0; made < Number(count) && !input.readableEnded; made++) {
    const flight = create().finally(() => flights.delete(flight));
    flights.add(flight);
    await sleep(Math.max(0, began + ((made + 1) * 1_000) / Number(perSecond) - performance.now()));
  }
  await Promise.all(flights);
  await dispatcher.close();
  input.destroy();
  const sorted = took.toSorted((one, other) => one - other);
  const at = (share: number): number => Math.round(sorted[Math.floor(sorted.length * share)] ?? 0);
  return { made: took.length, failed: reasons.length, reasons: [...new Set(reasons)], p50: at(0.5), p99: at(0.99) };
}

if (import.meta.main) process.stdout.write(JSON.stringify(await stream(process.argv.slice(2))));
