/**
 * The thread that runs the parsers. It reports each batch before it starts, so that the main thread can name a hanging
 * one.
 */
import { parentPort, workerData } from 'node:worker_threads';
import * as fc from 'fast-check';
import { createSubjects, type Subject } from './subjects.ts';

export interface Order {
  readonly seed: number;
  readonly seconds: number;
  /** The name of the only subject to run. Undefined: all. */
  readonly subject?: string;
}

export type Report =
  | { readonly kind: 'batch'; readonly subject: string; readonly seed: number }
  | { readonly kind: 'failure'; readonly subject: string; readonly text: string }
  | { readonly kind: 'done'; readonly runs: Readonly<Record<string, number>> };

async function main({ seed, seconds, subject: only }: Order): Promise<void> {
  const until = performance.now() + seconds * 1_000;
  const all = createSubjects();
  const subjects = all.filter(({ name }) => only === undefined || name === only);
  if (subjects.length === 0) {
    send({ kind: 'failure', subject: String(only), text: `not one of ${all.map(({ name }) => name).join(', ')}` });
    return;
  }
  const runs: Record<string, number> = {};
  for (let round = 0; round === 0 || performance.now() < until; round += 1) {
    for (const subject of subjects) {
      const failure = await runBatch(subject, seed + round);
      runs[subject.name] = (runs[subject.name] ?? 0) + subject.batchSize;
      if (failure === undefined) continue;
      send({ kind: 'failure', subject: subject.name, text: failure });
      return;
    }
  }
  send({ kind: 'done', runs });
}

/** Runs a batch of one subject. Returns the report of fast-check if it fails, with the smallest input that fails. */
async function runBatch({ name, property, batchSize }: Subject, seed: number): Promise<string | undefined> {
  send({ kind: 'batch', subject: name, seed });
  const details = await fc.check(property, { seed, numRuns: batchSize });
  return details.failed ? fc.defaultReportMessage(details).slice(0, 4_000) : undefined;
}

function send(report: Report): void {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- this is a port of a thread, not a window
  parentPort?.postMessage(report);
}

await main(workerData as Order);
