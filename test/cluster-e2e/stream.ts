/*
 * Creates PodTemplates at a constant rate, in the network of the cluster, until standard input ends or COUNT are created.
 * Then prints the results as JSON. Usage: stream.ts API-SERVER CA-FILE TOKEN NAMESPACE IMAGE PER-SECOND [COUNT]
 */
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { Agent, request } from 'undici';

/** The results of the creates. */
export interface Streamed {
  readonly made: number;
  readonly failed: number;
  /** The different errors of the creates that failed. */
  readonly reasons: readonly string[];
  /** Percentiles of the duration of a create, in ms. */
  readonly p50: number;
  readonly p99: number;
}

async function stream(args: readonly string[]): Promise<Streamed> {
  const [url = '', ca = '', token = '', namespace = '', image = '', perSecond = '10', count = 'Infinity'] = args;
  const dispatcher = new Agent({ connect: { ca: readFileSync(ca) }, connections: 32 });
  const took: number[] = [];
  const reasons: string[] = [];
  const pending = new Set<Promise<void>>();
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
    const creation = create().finally(() => pending.delete(creation));
    pending.add(creation);
    await sleep(Math.max(0, began + ((made + 1) * 1_000) / Number(perSecond) - performance.now()));
  }
  await Promise.all(pending);
  await dispatcher.close();
  input.destroy();
  const sorted = took.toSorted((one, other) => one - other);
  const at = (share: number): number => Math.round(sorted[Math.floor(sorted.length * share)] ?? 0);
  return { made: took.length, failed: reasons.length, reasons: [...new Set(reasons)], p50: at(0.5), p99: at(0.99) };
}

if (import.meta.main) process.stdout.write(JSON.stringify(await stream(process.argv.slice(2))));
