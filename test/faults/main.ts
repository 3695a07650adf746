/**
 * The fault suite: injects each fault for real and says what survived. `npm run faults` runs all, `npm run faults -- F20 F21` some. The
 * exit code is 0 where all survived, 1 where a case failed, has no test, or was skipped under CI.
 */
import { readdirSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { run } from 'node:test';
import { caseIds, type CaseId } from './cases.ts';
import { openLedger } from './ledger.ts';

/** They wait or work for a minute and more, so they go first. */
const slow = ['idle.test.ts', 'memory.test.ts'];
/** For all files, in ms: nothing here may hang, a test neither. */
const patienceMs = 240_000;

async function main(asked: readonly string[]): Promise<number> {
  const unknown = asked.filter((id) => !caseIds.some((known) => known === id));
  if (unknown.length > 0) {
    console.error(`no such case: ${unknown.join(' ')}; usage: npm run faults -- [F1 … F77]`);
    return 2;
  }
  const ids = asked.length === 0 ? caseIds : caseIds.filter((id) => asked.includes(id));
  const ledger = await play(ids);
  console.log(ledger.report());
  return ledger.isGood({ skipsAllowed: process.env['CI'] !== 'true' }) ? 0 : 1;
}

async function play(ids: readonly CaseId[]): Promise<ReturnType<typeof openLedger>> {
  const ledger = openLedger(ids);
  const files = readdirSync(import.meta.dirname).filter((name) => name.endsWith('.test.ts'));
  const stream = run({
    files: [...slow.filter((name) => files.includes(name)), ...files.filter((name) => !slow.includes(name))].map(
      (name) => join(import.meta.dirname, name),
    ),
    // One file does nothing but wait.
    concurrency: availableParallelism() + 1,
    testNamePatterns: ids.map((id) => `/^${id} /`),
    timeout: patienceMs,
  });
  stream.on('test:pass', ({ name, skip }) => ledger.passed(name, skip));
  stream.on('test:fail', ({ name, details }) => ledger.failed(name, details));
  stream.on('test:stderr', ({ message }) => process.stderr.write(message));
  for await (const _ of stream);
  return ledger;
}

process.exitCode = await main(process.argv.slice(2));
