import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { checkWorkload } from '../../src/engine/check.ts';
import { plansOf } from '../../src/engine/plan.ts';
import * as answers from '../support/answers.ts';
import { fakePorts, plainOptions, pullSecret, rawSecret, type World } from '../support/fake-ports.ts';
import { podSpec } from '../support/pods.ts';
import { image, isAboutTag, privateImage } from './check-case.ts';

/** The kinds of the findings about one object, with the mitigation of each. */
async function findingsOf(group: string, kind: string, spec: object, world: World): Promise<readonly string[]> {
  const object = { metadata: { name: 'x' }, spec };
  const plans = plansOf({ group, kind, object, namespace: 'team', admitted: true });
  const { ports } = fakePorts({ serviceAccounts: { default: [] }, ...world });
  const signal = new AbortController().signal;
  const found = await Promise.all(plans.map((plan) => checkWorkload(plan, ports, plainOptions, signal)));
  return found
    .flat()
    .filter((finding) => !isAboutTag(finding))
    .map(({ kind: of, mitigation }) => (mitigation === undefined ? of : `${of} (${mitigation})`));
}

const rollout = { group: 'argoproj.io', kind: 'Rollout', spec: { template: { spec: podSpec([image]) } } };
const task = { group: 'tekton.dev', kind: 'Task', spec: { steps: [{ name: 'build', image }] } };
const workflow = { group: 'argoproj.io', kind: 'Workflow', spec: { templates: [{ container: { image } }] } };
const withSecret = {
  ...workflow,
  spec: { ...workflow.spec, imagePullSecrets: [{ name: 's' }] },
};
const missing = {
  'app:1': { ...answers.notFound, evidence: answers.evidence({ status: 404, code: 'MANIFEST_UNKNOWN' }) },
};

const cases: readonly {
  it: string;
  of: { readonly group: string; readonly kind: string; readonly spec: object };
  world: World;
  finds: readonly string[];
}[] = [
  { it: 'a Rollout with a missing image', of: rollout, world: { images: missing }, finds: ['image-not-found'] },
  { it: 'a Task with a missing image', of: task, world: { images: missing }, finds: ['image-not-found'] },
  { it: 'a Rollout with a refused image', of: rollout, world: { images: privateImage }, finds: ['access-denied'] },
  {
    it: 'a Task with a refused image, whose TaskRun may have a secret',
    of: task,
    world: { images: privateImage },
    finds: ['access-unknown'],
  },
  {
    it: 'a Workflow with a refused image, to which the controller may add a secret',
    of: workflow,
    world: { images: privateImage },
    finds: ['access-unknown'],
  },
  {
    it: 'a Workflow with the right secret',
    of: withSecret,
    world: { images: privateImage, secrets: { s: pullSecret('s', { [answers.host]: 'alice' }) } },
    finds: [],
  },
  {
    it: 'a Workflow whose secret cannot be parsed, which its pods may not use',
    of: withSecret,
    world: { images: { 'app:1': answers.found }, secrets: { s: rawSecret('s', '{"auths":[]}') } },
    finds: ['pull-secret-malformed (controller)'],
  },
];

describe('what is found about', () => {
  for (const { it, of, world, finds } of cases) {
    test(it, async () => assert.deepEqual(await findingsOf(of.group, of.kind, of.spec, world), finds));
  }
});
