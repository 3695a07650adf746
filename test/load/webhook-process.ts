import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import { Agent, request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { stringify } from 'yaml';
import { selfSignedSource } from '../support/self-signed.ts';

/** The webhook in a separate process, so that its CPU time and memory can be measured. */
export interface WebhookProcess extends AsyncDisposable {
  /** Time from the start of the process until it listens, in ms. */
  readonly startMs: number;
  /** Sends an AdmissionReview. Throws if the status is not 200. */
  review(body: string): Promise<void>;
  /** The current value of a metric. */
  metric(name: string): Promise<number>;
}

/** Starts the webhook. `program` has the options of Node and the path of the program, `apiServer` is a URL. */
export async function startWebhookProcess(program: readonly string[], apiServer: string): Promise<WebhookProcess> {
  const folder = await mkdtemp(join(tmpdir(), 'pullgate-load-'));
  const { ca, config, kubeconfig } = await writeFiles(folder, apiServer);
  const startedAt = performance.now();
  const child = spawn(process.execPath, [...program, 'serve', '--config', config, '--kubeconfig', kubeconfig], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const agent = new Agent({ keepAlive: true, ca });
  async function end(): Promise<void> {
    agent.destroy();
    await stop(child);
    await rm(folder, { recursive: true });
  }
  const port = await portOf(child.stdout);
  if (port === undefined) {
    await end();
    throw new Error('the webhook exited before it listened');
  }
  const startMs = performance.now() - startedAt;

  async function send(
    method: string,
    path: string,
    body?: string,
  ): Promise<{ status: number | undefined; text: string }> {
    const headers = { 'Content-Type': 'application/json' };
    const sent = request({ agent, host: '127.0.0.1', port, path, method, headers }).end(body);
    const [answer] = (await once(sent, 'response')) as [IncomingMessage];
    return { status: answer.statusCode, text: Buffer.concat(await answer.toArray()).toString() };
  }

  return {
    startMs,
    async review(body) {
      const { status } = await send('POST', '/validate?timeout=10s', body);
      if (status !== 200) throw new Error(`a review got the status ${status}`);
    },
    async metric(name) {
      const { text } = await send('GET', '/metrics');
      return Number(new RegExp(`^${name} (.+)$`, 'm').exec(text)?.[1]);
    },
    [Symbol.asyncDispose]: end,
  };
}

async function writeFiles(
  folder: string,
  apiServer: string,
): Promise<{ ca: string; config: string; kubeconfig: string }> {
  async function write(name: string, content: unknown): Promise<string> {
    const file = join(folder, name);
    await writeFile(file, typeof content === 'string' ? content : stringify(content));
    return file;
  }
  const source = await selfSignedSource({ names: ['127.0.0.1'], now: Date.now(), lifetimeMs: 3_600_000 });
  const { cert, key } = source.current();
  const config = await write('config.yaml', {
    apiVersion: 'pullgate.dev/v1alpha1',
    kind: 'PullgateConfiguration',
    network: { allowLoopback: true },
    server: { address: '127.0.0.1', port: 0, drain: '0ms' },
    tls: { source: 'files', certFile: await write('tls.crt', cert), keyFile: await write('tls.key', key) },
  });
  const kubeconfig = await write('kubeconfig', {
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'load',
    contexts: [{ name: 'load', context: { cluster: 'load', user: 'load' } }],
    clusters: [{ name: 'load', cluster: { server: apiServer, 'insecure-skip-tls-verify': true } }],
    users: [{ name: 'load', user: {} }],
  });
  return { ca: source.ca, config, kubeconfig };
}

/** The port in the log. Undefined if the log ends before. Keeps reading the log, so that the process never blocks. */
async function portOf(log: Readable): Promise<number | undefined> {
  const { promise, resolve } = Promise.withResolvers<number | undefined>();
  createInterface({ input: log })
    .on('line', (line) => {
      const { port } = JSON.parse(line) as { readonly port?: number };
      if (port !== undefined) resolve(port);
    })
    .on('close', () => resolve(undefined));
  return promise;
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill();
  await exited;
}
