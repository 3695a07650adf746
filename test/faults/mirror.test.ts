import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { builtInKinds } from '../../src/engine/workload/workload-kind.ts';
import type { JsonObject } from '../../src/lib/json.ts';
import { podSpec } from '../support/pods.ts';
import { startPullgate } from '../support/pullgate.ts';
import { publicRegistry } from '../support/registries.ts';
import { startScript } from '../support/scripted-registry/start.ts';
import { assertHealthy } from './support/healthy.ts';

/** An object of `kind` with a pod spec at `path`, and with the annotation of mirror pods. */
function annotated(kind: string, path: readonly string[], spec: JsonObject): JsonObject {
  const below = path.reduceRight<unknown>((inner, step) => ({ [step]: inner }), spec) as JsonObject;
  return { kind, metadata: { name: 'x', annotations: { 'kubernetes.io/config.mirror': 'a-hash' } }, ...below };
}

describe('the annotation of mirror pods', { concurrency: true }, () => {
  const rows = builtInKinds.flatMap(({ kind, views }) => [
    { kind, views, nodeName: undefined, denied: true },
    { kind, views, nodeName: 'node-1', denied: kind !== 'Pod' },
  ]);
  for (const { kind, views, nodeName, denied } of rows) {
    const where = nodeName === undefined ? 'without a node name' : 'with a node name';
    test(`F120 on a ${kind} ${where} it ${denied ? 'does not skip' : 'skips'} the check`, async () => {
      await using script = await startScript(publicRegistry());
      await using pullgate = await startPullgate();
      const spec = podSpec([script.substitute('{{registry}}/team/app:v9')], nodeName === undefined ? {} : { nodeName });
      for (const { podSpec: path } of views) {
        const { allowed } = await pullgate.review(annotated(kind, path.steps, spec));
        assert.equal(allowed, !denied);
      }
      await assertHealthy(pullgate);
    });
  }
});
