import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { judge, nowOf, type Relation } from '../../src/diagnose/judgement.ts';
import { saidOf } from '../../src/diagnose/said.ts';
import type { Finding } from '../../src/engine/finding.ts';
import { objectOf, textAt } from '../../src/lib/json.ts';
import { play } from './play.ts';
import { readScenarios, type Scenario } from './scenario.ts';
import { maxParallel } from './scenarios.ts';

/** Where both sides differ, and why that is right. */
const others: Readonly<Record<string, Relation>> = {
  // The storage behind a redirect signs for GET only: the node's HEAD fails there, and Pullgate looks further.
  'manifest-redirect-signed-for-get': 'changed',
};

const scenarios = await readScenarios(join(import.meta.dirname, '../scenarios'));
const failed = scenarios.filter(({ outcome }) => outcome.pulled === false);

/** The containers of a scenario that failed, with the message of the real node. */
function failures({
  outcome,
}: Scenario): readonly { readonly name: string; readonly reason: string; readonly message: string }[] {
  return Object.entries(objectOf(objectOf(outcome)['containers']))
    .map(([name, container]) => ({
      name,
      reason: textAt(container, 'reason'),
      message: textAt(container, 'message'),
      pulled: objectOf(container)['pulled'],
    }))
    .filter(({ pulled, message }) => pulled === false && message !== '');
}

/** An image without its host: a recorded message has a symbol for it. */
function pathOf(image: string): string {
  return image.slice(image.indexOf('/'));
}

/** The findings about the image that the message names, or else about the container. */
function about(findings: readonly Finding[], name: string, message: string): readonly Finding[] {
  const ofImage = findings.filter(({ use }) => use?.kind === 'volume' && message.includes(`${pathOf(use.image)}"`));
  return ofImage.length > 0
    ? ofImage
    : findings.filter(({ use }) => use === undefined || (use.kind !== 'volume' && use.name === name));
}

describe('what a real node said and what the engine finds are the same', { concurrency: maxParallel }, () => {
  for (const scenario of failed) {
    test(`${scenario.name}: ${scenario.about}`, async () => {
      const findings = await play(scenario, true);
      for (const { name, reason, message } of failures(scenario)) {
        const said = saidOf({ reason, message }, { error: '', failures: 0 });
        const { relation } = judge(said, nowOf(about(findings, name, message), said), true);
        const expected = others[scenario.name];
        const right = expected === undefined ? ['agree', 'registry-explains'] : [expected];
        assert.ok(right.includes(relation), `${relation}: ${said.cause}: ${message}`);
      }
    });
  }
});
