/** The thread that reads: it tells before each batch what it is about, so that a hang can be told from outside. */
import { parentPort, workerData } from 'node:worker_threads';
import * as fc from 'fast-check';
import { createSubjects, type Subject } from './subjects.ts';

export interface Order {
  readonly seed: number;
  readonly seconds: number;
}

export type Report =
  | { readonly kind: 'batch'; readonly subject: string; readonly seed: number }
  | { readonly kind: 'failure'; readonly subject: string; readonly text: string }
  | { readonly kind: 'done'; readonly runs: Readonly<Record<string, number>> };

const batch = 200;

async function main({ seed, seconds }: Order): Promise<void> {
  const until = performance.now() + seconds * 1_000;
  const subjects = createSubjects();
  const runs: Record<string, number> = {};
  for (let round = 0; round === 0 || performance.now() < until; round += 1) {
    for (const subject of subjects) {
      const failure = await play(subject, seed + round);
      runs[subject.name] = (runs[subject.name] ?? 0) + batch;
      if (failure === undefined) continue;
      tell({ kind: 'failure', subject: subject.name, text: failure });
      return;
    }
  }
  tell({ kind: 'done', runs });
}

/** A batch of one subject; what fast-check says of a failure, with the smallest input that it found. */
async function play({ name, property }: Subject, seed: number): Promise<string | undefined> {
  tell({ kind: 'batch', subject: name, seed });
  const details = await fc.check(property, { seed, numRuns: batch });
  return details.failed ? fc.defaultReportMessage(details).slice(0, 4_000) : undefined;
}

function tell(report: Report): void {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread has no origin
  parentPort?.postMessage(report);
}

await main(workerData as Order);
