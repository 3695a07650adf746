import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { plansOf } from '../../../src/engine/plan.ts';
import { nameImages } from '../../../src/engine/workload/named-image.ts';
import { deployment, pod, workloadOf } from '../../support/pods.ts';

const from = { kind: 'ImageStreamTag', name: 'app:1' };
const naming = { placeholders: [], rewrites: [] };

function annotated(triggers: string) {
  return { metadata: { name: 'web', annotations: { 'image.openshift.io/triggers': triggers } } };
}

function withTriggers(...fieldPaths: readonly string[]) {
  return annotated(JSON.stringify(fieldPaths.map((fieldPath) => ({ from, fieldPath }))));
}

const byIndex = 'spec.template.spec.containers[0].image';
const byName = 'spec.template.spec.containers[?(@.name=="c0")].image';
const init = { initContainers: [{ name: 'i', image: ' ' }] };

const cases = [
  { it: 'does not check a blank image that a trigger names by index', ...withTriggers(byIndex), checked: [] },
  { it: 'does not check a blank image that a trigger names by container name', ...withTriggers(byName), checked: [] },
  { it: 'does not check an empty image that a trigger names', ...withTriggers(byIndex), image: '', checked: [] },
  {
    it: 'does not check the blank image of an init container that a trigger names by index',
    ...withTriggers(byIndex, 'spec.template.spec.initContainers[0].image'),
    more: init,
    checked: [],
  },
  {
    it: 'does not check the blank image of an init container that a trigger names under containers',
    ...withTriggers(byName, 'spec.template.spec.containers[?(@.name=="i")].image'),
    more: init,
    checked: [],
  },
  { it: 'checks an image that is not blank', ...withTriggers(byIndex), image: 'a:1', checked: ['a:1'] },
  {
    it: 'checks a blank image of another container',
    ...withTriggers('spec.template.spec.containers[1].image'),
    checked: [' '],
  },
  { it: 'checks a blank image without a trigger', metadata: { name: 'web' }, checked: [' '] },
  ...['{', '{"fieldPath": ""}', 'null', '[null, 1, {"fieldPath": 2}, {}]', ''].map((triggers) => ({
    it: `checks a blank image if the annotation is ${triggers || 'empty'}`,
    ...annotated(triggers),
    checked: [' '],
  })),
] satisfies readonly {
  it: string;
  metadata: object;
  image?: string;
  more?: Readonly<Record<string, unknown>>;
  checked: readonly string[];
}[];

describe('image triggers of OpenShift: Pullgate', () => {
  for (const { it, metadata, checked, ...given } of cases) {
    test(it, () => {
      const image = 'image' in given ? given.image : ' ';
      const object = { ...deployment([image], 'more' in given ? given.more : {}), metadata };
      const { uses, template } = workloadOf('Deployment', object, 'team');
      assert.deepEqual(
        nameImages(uses, template, naming).map(({ use }) => use.image),
        checked,
      );
    });
  }

  test('checks a blank image of a Pod', () => {
    const object = { ...pod([' ']), ...withTriggers('spec.containers[0].image') };
    const { uses, template } = workloadOf('Pod', object, 'team');
    assert.equal(nameImages(uses, template, naming).length, 1);
  });

  test('does not check a blank image of a CronJob that a trigger names', () => {
    const path = 'spec.jobTemplate.spec.template.spec.containers[?(@.name=="c0")].image';
    const object = { ...withTriggers(path), spec: { jobTemplate: { spec: deployment([' '])['spec'] } } };
    const { uses, template } = workloadOf('CronJob', object, 'team');
    assert.deepEqual([uses.length, nameImages(uses, template, naming).length], [1, 0]);
  });

  test('checks the image again after an update that removes the trigger', () => {
    const before = { ...deployment([' ']), ...withTriggers(byIndex) };
    const update = { group: 'apps', kind: 'Deployment', namespace: 'team', before, admitted: true };
    assert.equal(plansOf({ ...update, object: deployment([' ']) }).length, 1);
    assert.equal(plansOf({ ...update, object: before }).length, 0);
  });
});
