import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { nodeSelection } from '../../../src/engine/nodes/node-selection.ts';
import { candidateNodes } from '../../../src/engine/nodes/placement.ts';
import { atOnce } from '../../../src/lib/steps.ts';
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
  { it: 'on every node without a selector', spec: {}, on: 'abc' },
  { it: 'on the node in nodeName', spec: { nodeName: 'b' }, on: 'b' },
  { it: 'on no known node if nodeName is unknown', spec: { nodeName: 'z' }, on: '' },
  { it: 'on the node with every label of nodeSelector', spec: { nodeSelector: { arch: 'amd64', gen: '3' } }, on: 'a' },
  {
    it: 'on no node if one label of nodeSelector differs',
    spec: { nodeSelector: { arch: 'amd64', gen: '4' } },
    on: '',
  },
  { it: 'by In', spec: affinity(expression('arch', 'In', 'arm64', 's390x')), on: 'b' },
  { it: 'by NotIn, also on a node without the label', spec: affinity(expression('arch', 'NotIn', 'arm64')), on: 'ac' },
  { it: 'by Exists, also with an empty value', spec: affinity(expression('gpu', 'Exists')), on: 'b' },
  { it: 'by DoesNotExist', spec: affinity(expression('arch', 'DoesNotExist')), on: 'c' },
  { it: 'by Gt', spec: affinity(expression('gen', 'Gt', '5')), on: 'b' },
  { it: 'by Lt', spec: affinity(expression('gen', 'Lt', '5')), on: 'a' },
  { it: 'on no node for an unknown operator', spec: affinity(expression('gen', 'constructor', '5')), on: '' },
  {
    it: 'by any of several terms',
    spec: affinity(expression('arch', 'In', 'amd64'), expression('gpu', 'Exists')),
    on: 'ab',
  },
  { it: 'on no node for an empty term', spec: affinity({}), on: '' },
  {
    it: 'by field, as in the pods of a DaemonSet',
    spec: affinity({ matchFields: [{ key: 'metadata.name', operator: 'In', values: ['c'] }] }),
    on: 'c',
  },
  {
    it: 'by nodeSelector and affinity together',
    spec: { nodeSelector: { arch: 'amd64' }, ...affinity(expression('gen', 'Exists')) },
    on: 'a',
  },
];

describe('a pod may run', () => {
  for (const { it, spec, on } of cases) {
    test(it, () => {
      const selection = nodeSelection({ ...spec });
      assert.ok(selection !== undefined);
      const names = atOnce(candidateNodes(selection, nodes)).map(({ name }) => name);
      assert.equal(names.join(''), on);
    });
  }
});
