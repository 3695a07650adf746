import { request as httpsRequest } from 'node:https';
import { cpuMs } from './process-usage.ts';
import type { Target } from './target.ts';

/** What a load measured. Times are in ms. */
export interface Load {
  readonly perSecond: number;
  readonly p50: number;
  readonly p99: number;
  /** CPU time of the server for one review. */
  readonly cpuMs: number;
  /** The answers, as text, of the first review and of the last. */
  readonly first: string;
  readonly last: string;
}

/** Sends `reviews` over `clients` connections, each as soon as the one before is answered. Throws if one is not answered. */
export async function load(target: Target, clients: number, reviews: readonly string[]): Promise<Load> {
  const times: number[] = [];
  const answers: string[] = [];
  const left = reviews.values();
  async function client(): Promise<void> {
    for (const review of left) {
      const startedAt = performance.now();
      answers.push(await send(target, review));
      times.push(performance.now() - startedAt);
    }
  }
  const cpuBefore = await cpuMs(target.pid);
  const startedAt = performance.now();
  await Promise.all(Array.from({ length: clients }, client));
  const seconds = (performance.now() - startedAt) / 1000;
  const used = (await cpuMs(target.pid)) - cpuBefore;
  const sorted = times.toSorted((one, other) => one - other);
  return {
    perSecond: reviews.length / seconds,
    p50: sorted[Math.floor(sorted.length / 2)] ?? 0,
    p99: sorted[Math.floor(sorted.length * 0.99)] ?? 0,
    cpuMs: used / reviews.length,
    first: answers[0] ?? '',
    last: answers.at(-1) ?? '',
  };
}

function send({ port, agent }: Target, body: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const headers = { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(body) };
    const options = { agent, host: '127.0.0.1', port, path: '/validate?timeout=30s', method: 'POST', headers };
    const request = httpsRequest(options, (response) => {
      response.setEncoding('utf8');
      let text = '';
      response.on('data', (chunk: string) => (text += chunk));
      response.on('end', () => (response.statusCode === 200 ? resolve(text) : reject(new Error(text))));
    });
    request.on('error', reject);
    request.end(body);
  });
}
