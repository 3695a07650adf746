/**
 * Checks that no input makes a parser throw or hang. Runs for 60 s with CI=true, otherwise 5 s; `npm run fuzz --
 * --seconds 600` runs for longer, and `--seed N` repeats a run. `--subject NAME` runs only one parser. The exit code is 0 if there
 * is no failure.
 */
import { Worker } from 'node:worker_threads';
import { parseArgs } from 'node:util';
import type { Order, Report } from './worker.ts';

/** Time limit for a batch, in ms. A batch that takes longer counts as a hang. */
const batchTimeoutMs = 60_000;

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: { seconds: { type: 'string' }, seed: { type: 'string' }, subject: { type: 'string' } },
  });
  const seconds = Number(values.seconds ?? (process.env['CI'] === 'true' ? 60 : 5));
  // A fixed seed in CI, so that a failure comes from the change. A new seed elsewhere, to find other failures.
  const seed = Number(values.seed ?? (process.env['CI'] === 'true' ? 1 : Math.floor(Math.random() * 2 ** 31)));
  const { subject } = values;
  if (!(seconds > 0) || !Number.isInteger(seed)) {
    console.error('usage: npm run fuzz -- [--seconds N] [--seed N] [--subject NAME]');
    return 2;
  }
  console.log(`seed ${seed}, for ${seconds} s`);
  const report = await run({ seed, seconds, ...(subject !== undefined && { subject }) });
  if (report.kind === 'done') {
    for (const [subject, runs] of Object.entries(report.runs)) console.log(`${subject.padEnd(18)} ${runs} inputs`);
    console.log('no failures');
    return 0;
  }
  console.log(`FAILED ${report.subject}\n${report.kind === 'batch' ? `hangs with seed ${report.seed}` : report.text}`);
  return 1;
}

/** The last report of a run. Its kind is `batch` if that batch did not finish. */
async function run(order: Order): Promise<Report> {
  const worker = new Worker(new URL('worker.ts', import.meta.url), { workerData: order });
  const { promise, resolve, reject } = Promise.withResolvers<Report>();
  let last: Report = { kind: 'batch', subject: 'start', seed: order.seed };
  const hung = setTimeout(() => resolve(last), batchTimeoutMs);
  worker.on('error', reject);
  worker.on('message', (report: Report) => {
    last = report;
    hung.refresh();
    if (report.kind !== 'batch') resolve(report);
  });
  try {
    return await promise;
  } finally {
    clearTimeout(hung);
    await worker.terminate();
  }
}

process.exitCode = await main();
