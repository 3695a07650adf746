import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { answered, largeTeam, manyImages, manyWorkloads } from '../../support/many-workloads.ts';
import { startScript } from '../../support/scripted-registry/start.ts';
import type { Figure, Mode } from '../figure.ts';

const main = join(import.meta.dirname, '../../../src/main.ts');
const config = 'apiVersion: pullgate.dev/v1alpha1\nkind: PullgateConfiguration\nnetwork: {allowLoopback: true}\n';

export const check: Mode = {
  name: 'check',
  about: '`pullgate check` of 1,000 workloads with 200 images: in one file, and in a file for each workload',
  async run() {
    const folder = await mkdtemp(join(tmpdir(), 'pullgate-bench-'));
    await using script = await startScript(manyImages(largeTeam));
    const objects = manyWorkloads(script.symbols['registry'] ?? '', largeTeam).map((object) => stringify(object));
    await writeFile(join(folder, 'pullgate.yaml'), config);
    await writeFile(join(folder, 'all.yaml'), objects.join('---\n'));
    await mkdir(join(folder, 'each'));
    await Promise.all(objects.map((text, at) => writeFile(join(folder, 'each', `${at}.yaml`), text)));
    const figures: Figure[] = [];
    for (const [name, path] of [
      ['one file', 'all.yaml'],
      ['a file for each', 'each'],
    ] as const) {
      script.log.length = 0;
      const seconds = await secondsOf(['--config', join(folder, 'pullgate.yaml'), '-f', join(folder, path)]);
      const { manifests, tokens } = answered(script.log);
      figures.push(
        { name: `time, ${name}`, value: seconds, unit: 's', goal: { most: 10 } },
        { name: `manifests that the registry sent, ${name}`, value: manifests, unit: 'requests', goal: { most: 200 } },
        { name: `tokens, for 20 scopes, ${name}`, value: tokens, unit: 'requests', goal: { most: 20 } },
      );
    }
    await rm(folder, { recursive: true });
    return figures;
  },
};

/** The time from the start of the process to its end. */
async function secondsOf(args: readonly string[]): Promise<number> {
  const startedAt = performance.now();
  const child = spawn(process.execPath, [main, 'check', '--offline', ...args], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const [code] = (await once(child, 'close')) as [number];
  if (code !== 0) throw new Error(`pullgate check ended with ${code}`);
  return (performance.now() - startedAt) / 1000;
}
