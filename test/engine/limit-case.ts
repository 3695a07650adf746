import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Finding } from '../../src/engine/finding.ts';
import { findingsOf, isAboutTag, type CheckCase } from './check-case.ts';

export interface LimitCase extends Omit<CheckCase, 'finds'> {
  /** Kinds of findings, each with the limit and the number of findings. */
  readonly finds: readonly string[];
  /** Number of images that the registry was asked for. */
  readonly asked: number;
}

export function many<T>(count: number, make: (index: number) => T): readonly T[] {
  return Array.from({ length: count }, (_, index) => make(index));
}

function counted(findings: readonly Finding[]): readonly string[] {
  const limited = findings.map((finding) => {
    const limit = finding.kind === 'not-checked' ? finding.answer.limit : undefined;
    return limit === undefined ? finding.kind : `${finding.kind} ${limit}`;
  });
  return [...Map.groupBy(limited, (name) => name)].map(([name, same]) => `${name} ${same.length}`);
}

/** Registers one test for each case. */
export function testLimits(cases: readonly LimitCase[]): void {
  describe('a limit of', () => {
    for (const each of cases) {
      test(each.it, async () => {
        const { findings, asked } = await findingsOf(each);
        const finds = counted(findings.filter((finding) => !isAboutTag(finding)));
        assert.deepEqual([finds, asked.length], [each.finds, each.asked]);
      });
    }
  });
}
