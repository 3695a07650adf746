/** CPU time of the measurement, in ms. */
const probeMs = 20;

/**
 * Returns a time limit in whole ms that holds on a busy machine: `ms`, or more if other processes take CPU time from this one. A
 * short calculation that needs 20 ms of CPU shows by how much.
 */
export function stretched(ms: number): number {
  const startedAt = performance.now();
  const before = process.threadCpuUsage();
  let used = 0;
  while (used < probeMs) {
    const { user, system } = process.threadCpuUsage(before);
    used = (user + system) / 1_000;
  }
  const slowness = (performance.now() - startedAt) / used;
  // One short measurement may miss a longer pause, so a busy machine gets four times its share.
  return slowness < 1.2 ? ms : Math.ceil(ms * slowness * 4);
}
