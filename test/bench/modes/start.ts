import type { Mode } from '../figure.ts';
import { load } from '../load.ts';
import { startPullgate } from '../target.ts';
import { reviewOf, startRegistry } from '../workloads.ts';

export const start: Mode = {
  name: 'start',
  about: 'from the start of the process to ready, and the first reviews',
  async run(scale) {
    await using registry = await startRegistry(['v1']);
    const review = [reviewOf([registry.image('v1')])];
    const readyMs: number[] = [];
    const firstMs: number[] = [];
    const tenthMs: number[] = [];
    for (let round = 0; round < Math.ceil(5 * scale); round += 1) {
      await using pullgate = await startPullgate();
      readyMs.push(pullgate.readyMs);
      firstMs.push((await load(pullgate, 1, review)).p50);
      for (let at = 0; at < 8; at += 1) await load(pullgate, 1, review);
      tenthMs.push((await load(pullgate, 1, review)).p50);
    }
    return [
      { name: 'until ready', value: median(readyMs) / 1_000, unit: 's', goal: { most: 0.4 } },
      { name: 'the first review', value: median(firstMs), unit: 'ms', goal: { most: 2 } },
      { name: 'the tenth review', value: median(tenthMs), unit: 'ms' },
    ];
  },
};

function median(values: readonly number[]): number {
  return values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)] ?? 0;
}
