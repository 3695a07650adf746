/**
 * Runs the fault suite: `npm run faults` runs all cases, `npm run faults -- F20 F21` only these. The exit code is 0 if
 * all cases survived, 1 if a case failed, has no test or was skipped with CI=true, and 2 if an argument is not a case.
 */
import { readdirSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { run } from 'node:test';
import { caseIds, type CaseId } from './support/cases.ts';
import { openLedger } from './support/ledger.ts';

/** Files that take a minute or more. They start first. */
const slow = ['idle.test.ts', 'memory.test.ts'];
/** Time limit for each file and each test, in ms. */
const timeoutMs = 240_000;

async function main(args: readonly string[]): Promise<number> {
  const unknown = args.filter((arg) => !caseIds.some((id) => id === arg));
  if (unknown.length > 0) {
    console.error(`no such case: ${unknown.join(' ')}; usage: npm run faults -- [F1 … F104]`);
    return 2;
  }
  const ids = args.length === 0 ? caseIds : caseIds.filter((id) => args.includes(id));
  const ledger = await runCases(ids);
  console.log(ledger.report());
  return ledger.isGood({ skipsAllowed: process.env['CI'] !== 'true' }) ? 0 : 1;
}

async function runCases(ids: readonly CaseId[]): Promise<ReturnType<typeof openLedger>> {
  const ledger = openLedger(ids);
  const files = readdirSync(import.meta.dirname).filter((name) => name.endsWith('.test.ts'));
  const stream = run({
    files: [...slow.filter((name) => files.includes(name)), ...files.filter((name) => !slow.includes(name))].map(
      (name) => join(import.meta.dirname, name),
    ),
    // idle.test.ts uses no CPU, so one more file can run.
    concurrency: availableParallelism() + 1,
    testNamePatterns: ids.map((id) => `/^${id} /`),
    timeout: timeoutMs,
  });
  stream.on('test:pass', ({ name, skip }) => ledger.passed(name, skip));
  stream.on('test:fail', ({ name, details }) => ledger.failed(name, details));
  stream.on('test:stderr', ({ message }) => process.stderr.write(message));
  for await (const _ of stream);
  return ledger;
}

process.exitCode = await main(process.argv.slice(2));
