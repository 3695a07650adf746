/**
 * `npm run bench` also measures `pullgate check` with 1,000 workloads and 200 images, from the start of the process to its
 * end: once with manifests in one file, once with a file for each workload.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { answered, largeTeam, manyImages, manyWorkloads } from '../support/many-workloads.ts';
import { startScript } from '../support/scripted-registry/start.ts';

const main = join(import.meta.dirname, '../../src/main.ts');
const config = 'apiVersion: pullgate.dev/v1alpha1\nkind: PullgateConfiguration\nnetwork: {allowLoopback: true}\n';

async function run(args: readonly string[]): Promise<number> {
  const startedAt = performance.now();
  const child = spawn(process.execPath, [main, 'check', '--offline', ...args], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const [code] = (await once(child, 'close')) as [number];
  if (code !== 0) throw new Error(`pullgate check ended with ${code}`);
  return (performance.now() - startedAt) / 1000;
}

const folder = await mkdtemp(join(tmpdir(), 'pullgate-bench-'));
await using script = await startScript(manyImages(largeTeam));
const objects = manyWorkloads(script.symbols['registry'] ?? '', largeTeam).map((object) => stringify(object));
await writeFile(join(folder, 'pullgate.yaml'), config);
await writeFile(join(folder, 'all.yaml'), objects.join('---\n'));
await mkdir(join(folder, 'each'));
await Promise.all(objects.map((text, at) => writeFile(join(folder, 'each', `${at}.yaml`), text)));
for (const [name, path] of [
  ['one file', 'all.yaml'],
  ['1,010 files', 'each'],
] as const) {
  script.log.length = 0;
  const seconds = await run(['--config', join(folder, 'pullgate.yaml'), '-f', join(folder, path)]);
  const { manifests, tokens, challenges } = answered(script.log);
  console.log(
    `check, 1,000 workloads in ${name}: ${seconds.toFixed(1)} s; ${manifests} manifests, ${tokens} tokens, ${challenges} challenges`,
  );
}
await rm(folder, { recursive: true });
