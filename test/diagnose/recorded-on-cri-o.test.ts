import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { causeSides, type PullCause } from '../../src/diagnose/pull-cause.ts';
import { saidOf } from '../../src/diagnose/said.ts';
import { isSameCause } from '../../src/diagnose/same-cause.ts';
import type { Finding, FindingKind } from '../../src/engine/finding.ts';
import { objectOf, textAt } from '../../src/lib/json.ts';
import { readScenarios } from '../agree/scenario.ts';

/** Where the message of CRI-O and the expected finding name different things, and why both are right. */
const others: Readonly<Record<string, string>> = {
  'artifactory-bad-credentials': 'the registry answered 401 with the code UNKNOWN, and CRI-O tells only its words',
  'crio-manifest-404-other-code': 'the same, with 404',
  'harbor-not-found': 'the same, with 404',
  'harbor-policy-412': 'the same, with 412',
  'image-at-ipv6': 'CRI-O takes no IPv6 address as a host, and the kubelet does',
  'manifest-206': 'part of a manifest is no answer of a registry, nor a manifest',
};

const scenarios = await readScenarios(join(import.meta.dirname, '../scenarios/cri-o'));

/** Whether a cause suits one of the kinds. What lies on the node itself has no finding of its own. */
function suits(cause: PullCause, kinds: readonly FindingKind[]): boolean {
  const side = causeSides[cause];
  return (
    side === 'node' ||
    cause === 'short-name' ||
    kinds.some((kind) => (kind === 'registry-unreachable' ? side === 'way' : isSameCause(cause, { kind } as Finding)))
  );
}

test('what CRI-O said names the same cause as the finding that is expected', () => {
  const different = new Set<string>();
  let count = 0;
  for (const { name, outcome, expected } of scenarios) {
    for (const container of Object.values(objectOf(objectOf(outcome)['containers']))) {
      const [reason, message] = [textAt(container, 'reason'), textAt(container, 'message')];
      if (objectOf(container)['pulled'] !== false || message === '') continue;
      count += 1;
      const { cause } = saidOf({ reason, message }, { error: '', failures: 0 });
      if (!suits(cause, expected.kinds)) different.add(name);
    }
  }
  assert.ok(count > 300, String(count));
  assert.deepEqual([...different].sort(), Object.keys(others).sort());
});
