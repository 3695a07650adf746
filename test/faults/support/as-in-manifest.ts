import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { rmSync } from 'node:fs';
import { mkdtemp, readFile, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { parse } from 'yaml';
import type { Launch, Replica } from './serving.ts';

const root = join(import.meta.dirname, '../../..');

interface Container {
  readonly env: readonly { readonly name: string; readonly value?: string }[];
  readonly resources: { readonly limits: { readonly memory: string } };
}

async function containerOfManifest(): Promise<Container> {
  const text = await readFile(join(root, 'manifests/base/deployment.yaml'), 'utf8');
  return parse(text).spec.template.spec.containers[0] as Container;
}

let built: Promise<string> | undefined;

/** Builds the program, in a folder of its own, because other tests may build too. Types need memory to strip. */
async function build(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'pullgate-built-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  const compiler = join(root, 'node_modules/typescript/bin/tsc');
  const outDir = join(folder, 'dist');
  await promisify(execFile)(process.execPath, [compiler, '-p', 'tsconfig.build.json', '--outDir', outDir], {
    cwd: root,
  });
  for (const name of ['package.json', 'node_modules']) await symlink(join(root, name), join(folder, name));
  return join(outDir, 'main.js');
}

/** How the manifest starts the program: the built one, with its options of Node. */
export async function asInManifest(): Promise<Launch> {
  const { env } = await containerOfManifest();
  const options = env.find(({ name }) => name === 'NODE_OPTIONS')?.value ?? '';
  return { nodeOptions: options.split(' '), main: await (built ??= build()) };
}

/** The memory of a replica while it is watched. */
export interface WatchedMemory extends AsyncDisposable {
  /** Fails if the replica needed more than the memory limit of the manifest. */
  assertBelowLimit(): Promise<void>;
}

const everyMs = 20;

/** Watches the memory that counts against a memory limit, without file pages, because the kernel can reclaim those. */
export function watchMemory({ daemon }: Replica): WatchedMemory {
  let peakMiB = 0;
  async function measure(): Promise<void> {
    const status = await readFile(`/proc/${daemon.pid}/status`, 'utf8').catch(() => '');
    const [, kibibytes = '0'] = /^RssAnon:\s+(\d+) kB$/m.exec(status) ?? [];
    peakMiB = Math.max(peakMiB, Number(kibibytes) / 1_024);
  }
  const timer = setInterval(() => void measure(), everyMs);
  return {
    async assertBelowLimit() {
      const limit = Number.parseInt((await containerOfManifest()).resources.limits.memory, 10);
      assert.ok(peakMiB > 0 && peakMiB < limit, `${Math.round(peakMiB)} MiB of ${limit} MiB`);
      if (process.env['SHOW']) console.log('peak', Math.round(peakMiB));
    },
    [Symbol.asyncDispose]() {
      clearInterval(timer);
      return Promise.resolve();
    },
  };
}
