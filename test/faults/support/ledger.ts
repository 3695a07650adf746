import { inspect } from 'node:util';
import { caseOf, cases, type CaseId } from './cases.ts';

/** Collects the result of each case. A case with several tests survives if all of them pass. */
export interface Ledger {
  /** `skip`: the reason why the test was skipped, or true without a reason. */
  passed(test: string, skip: string | boolean | undefined): void;
  failed(test: string, details: { readonly error: Error }): void;
  /** The failures, a table with one line per case, and totals. */
  report(): string;
  /** Whether every case survived. A skipped case counts as good only if `skipsAllowed`. */
  isGood(options: { readonly skipsAllowed: boolean }): boolean;
}

interface Entry {
  tests: number;
  failures: number;
  skip: string | undefined;
}

/** Returns an empty ledger for these cases. */
export function openLedger(ids: readonly CaseId[]): Ledger {
  const entries = new Map<CaseId, Entry>(ids.map((id) => [id, { tests: 0, failures: 0, skip: undefined }]));
  const failures: string[] = [];

  function outcomeOf(entry: Entry): 'survived' | 'FAILED' | 'MISSING' | 'skipped' {
    if (entry.failures > 0) return 'FAILED';
    if (entry.skip !== undefined) return 'skipped';
    return entry.tests === 0 ? 'MISSING' : 'survived';
  }

  function count(outcome: ReturnType<typeof outcomeOf>): number {
    return [...entries.values()].filter((entry) => outcomeOf(entry) === outcome).length;
  }

  return {
    passed(test, skip) {
      const entry = entryOf(test);
      if (entry === undefined) return;
      entry.tests += 1;
      if (skip !== undefined && skip !== false) entry.skip = skip === true ? 'no reason given' : skip;
    },
    failed(test, { error }) {
      const entry = entryOf(test);
      if (entry !== undefined) {
        entry.tests += 1;
        entry.failures += 1;
      }
      // A suite or file that fails because of its tests adds no information.
      if (entry !== undefined || !failedInTests(error)) failures.push(`${test}\n${indented(inspect(causeOf(error)))}`);
    },
    report() {
      const lines = [...entries].map(([id, entry]) => line(id, entry, outcomeOf(entry)));
      const tests = [...entries.values()].reduce((sum, entry) => sum + entry.tests, 0);
      return [
        ...failures.map((failure) => `${failure}\n`),
        ...lines,
        `${count('survived')} of ${entries.size} survived, ${count('skipped')} skipped`,
        `${tests - failures.length} passed, ${failures.length} failed`,
      ].join('\n');
    },
    isGood: ({ skipsAllowed }) =>
      failures.length === 0 && count('survived') + (skipsAllowed ? count('skipped') : 0) === entries.size,
  };

  function entryOf(test: string): Entry | undefined {
    const id = caseOf(test);
    return id === undefined ? undefined : entries.get(id);
  }
}

function line(id: CaseId, { tests, skip }: Entry, outcome: string): string {
  const detail = outcome === 'skipped' ? ` (${skip})` : tests > 1 ? ` (${tests} tests)` : '';
  return `${id.padEnd(4)} ${outcome.padEnd(8)} ${cases[id]}${detail}`;
}

/** The error that the test threw: the test runner wraps it. */
function causeOf({ cause, ...error }: Error): unknown {
  return cause ?? error;
}

function failedInTests(error: Error): boolean {
  return 'failureType' in error && error.failureType === 'subtestsFailed';
}

function indented(text: string): string {
  return text.replaceAll(/^/gm, '    ');
}
