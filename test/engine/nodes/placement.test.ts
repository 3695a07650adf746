import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { candidateNodes } from '../../../src/engine/nodes/placement.ts';
import { node } from '../../support/pods.ts';

const nodes = [
  node('a', { labels: { arch: 'amd64', gen: '3' } }),
  node('b', { labels: { arch: 'arm64', gen: '7', gpu: '' } }),
  node('c'),
];

function affinity(...nodeSelectorTerms: readonly object[]) {
  return { affinity: { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms } } } };
}
function expression(key: string, operator: string, ...values: readonly string[]) {
  return { matchExpressions: [{ key, operator, values }] };
}

const cases: readonly { it: string; spec: object; on: string }[] = [
  { it: 'anywhere without a selector', spec: {}, on: 'abc' },
  { it: 'where nodeName says', spec: { nodeName: 'b' }, on: 'b' },
  { it: 'nowhere in sight when nodeName is unknown', spec: { nodeName: 'z' }, on: '' },
  { it: 'where every label of nodeSelector fits', spec: { nodeSelector: { arch: 'amd64', gen: '3' } }, on: 'a' },
  {
    it: 'nowhere when one label of nodeSelector does not fit',
    spec: { nodeSelector: { arch: 'amd64', gen: '4' } },
    on: '',
  },
  { it: 'In', spec: affinity(expression('arch', 'In', 'arm64', 's390x')), on: 'b' },
  { it: 'NotIn, also without the label', spec: affinity(expression('arch', 'NotIn', 'arm64')), on: 'ac' },
  { it: 'Exists, also with an empty value', spec: affinity(expression('gpu', 'Exists')), on: 'b' },
  { it: 'DoesNotExist', spec: affinity(expression('arch', 'DoesNotExist')), on: 'c' },
  { it: 'Gt', spec: affinity(expression('gen', 'Gt', '5')), on: 'b' },
  { it: 'Lt', spec: affinity(expression('gen', 'Lt', '5')), on: 'a' },
  { it: 'no node for an operator that does not exist', spec: affinity(expression('gen', 'constructor', '5')), on: '' },
  {
    it: 'any of several terms',
    spec: affinity(expression('arch', 'In', 'amd64'), expression('gpu', 'Exists')),
    on: 'ab',
  },
  { it: 'no node for an empty term', spec: affinity({}), on: '' },
  {
    it: 'by field, as a DaemonSet pins its pods',
    spec: affinity({ matchFields: [{ key: 'metadata.name', operator: 'In', values: ['c'] }] }),
    on: 'c',
  },
  {
    it: 'nodeSelector and affinity both',
    spec: { nodeSelector: { arch: 'amd64' }, ...affinity(expression('gen', 'Exists')) },
    on: 'a',
  },
];

describe('a pod may run', () => {
  for (const { it, spec, on } of cases) {
    test(it, () => {
      const names = candidateNodes({ ...spec }, nodes).map(({ name }) => name);
      assert.equal(names.join(''), on);
    });
  }
});
