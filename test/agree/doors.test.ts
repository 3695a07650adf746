import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { checkManifests } from '../../src/cli/check-manifests.ts';
import { workloadKind } from '../../src/engine/workload/workload-kind.ts';
import { textAt } from '../../src/lib/json.ts';
import { createReviewer } from '../../src/webhook/reviewer.ts';
import { worldOf } from './world.ts';
import { during, namespace, type Played } from './play.ts';
import { readScenarios } from './scenario.ts';
import { maxParallel } from './scenarios.ts';

/** What a door decides: whether the object is admitted, and each finding with its action. */
interface Outcome {
  readonly allowed: boolean;
  readonly findings: readonly string[];
}

/** The object as the API server sends it to the webhook. */
async function webhook({ scenario, stored, sent, config, checker }: Played): Promise<Outcome> {
  const { namespaces } = worldOf(scenario, stored, namespace);
  const review = createReviewer({
    rules: () => config,
    check: checker.check,
    namespaces,
    onLetThrough: () => undefined,
  });
  const kind = textAt(sent, 'kind');
  const request = {
    uid: '1',
    kind: { group: kind === 'Pod' ? '' : 'apps', version: 'v1', kind },
    namespace,
    operation: 'CREATE' as const,
    object: sent,
  };
  const { allowed, findings } = await review(request, AbortSignal.timeout(config.deadline));
  return { allowed, findings: findings.map(({ kind, action }) => `${action} ${kind}`).toSorted() };
}

/** The object as its author wrote it, in a manifest. */
async function check({ scenario, stored, written, config, checker }: Played): Promise<Outcome> {
  const { namespaces } = worldOf(scenario, stored, namespace);
  const { objects } = await checkManifests(
    [{ from: 'file', file: 'object.yaml', lineOf: () => 1, object: written }],
    {
      rules: config,
      kindOf: workloadKind,
      check: checker.check,
      namespaces,
      namespace,
      announcedHere: () => Promise.resolve(false),
      timeoutMs: config.deadline,
      inTurn: (task) => task(),
    },
    new AbortController().signal,
  );
  const [first] = objects;
  if (first === undefined) return { allowed: true, findings: [] };
  const { allowed, denied, warned } = first.verdict;
  const findings = [...denied.map(({ kind }) => `deny ${kind}`), ...warned.map(({ kind }) => `warn ${kind}`)];
  return { allowed, findings: findings.toSorted() };
}

const all = await readScenarios(join(import.meta.dirname, '../scenarios'));
/** An ephemeral container is added to a Pod that exists, and a manifest cannot have one. */
const scenarios = all.filter(({ ephemeral }) => ephemeral === undefined);

describe('`pullgate check` and the webhook give the same verdict', { concurrency: maxParallel }, () => {
  for (const scenario of scenarios) {
    test(`${scenario.name}: ${scenario.about}`, async () => {
      // Each door has its own servers, because some of them count the requests.
      const [ofWebhook, ofCheck] = await Promise.all([
        during(scenario, false, webhook),
        during(scenario, false, check),
      ]);
      assert.deepEqual(ofCheck, ofWebhook);
    });
  }
});
