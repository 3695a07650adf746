import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { parseManifests } from '../../src/cli/parse-manifests.ts';

const pod = 'apiVersion: v1\nkind: Pod\nmetadata: {name: p}\n';

const read = [
  { it: 'documents, one object each', text: `${pod}---\n${pod}`, kinds: ['Pod', 'Pod'] },
  { it: 'documents that hold only a comment', text: `# Source: a.yaml\n---\n---\n${pod}`, kinds: ['Pod'] },
  { it: 'JSON that is indented by tabs', text: '{\n\t"apiVersion": "v1",\n\t"kind": "Pod"\n}', kinds: ['Pod'] },
  {
    it: 'a List item by item, and a List within it',
    text: '{apiVersion: v1, kind: List, items: [{apiVersion: v1, kind: A}, {apiVersion: v1, kind: List, items: [{apiVersion: v1, kind: B}]}]}',
    kinds: ['A', 'B'],
  },
  { it: 'no values of a chart', text: 'image:\n  tag: v1\n', kinds: [] },
  { it: 'a key that is written twice', text: `${pod}kind: Job\n`, kinds: ['Job'] },
  { it: 'no text at all', text: '', kinds: [] },
] as const;

describe('manifests are read from', () => {
  for (const { it, text, kinds } of read) {
    test(it, () => {
      const parsed = parseManifests({ name: 'f', text });
      assert.equal(parsed.kind, 'manifests');
      assert.deepEqual(
        parsed.manifests.map(({ object }) => object['kind']),
        kinds,
      );
    });
  }
});

const broken = [
  { it: 'an unclosed bracket', text: `${pod}---\na: [\n`, line: 6 },
  { it: 'an alias without its anchor', text: `${pod}spec: *gone\n`, line: 1 },
  { it: 'a template that was not rendered', text: `${pod}spec:\n  {{- if .Values.x }}\n  a: b\n`, line: 5 },
] as const;

describe('a problem names file and line of', () => {
  for (const { it, text, line } of broken) {
    test(it, () => {
      const parsed = parseManifests({ name: 'f.yaml', text });
      assert.equal(parsed.kind, 'invalid');
      assert.match(parsed.problem, new RegExp(`^f\\.yaml:${line}: [^\\n]+$`));
    });
  }
});

const image = 'spec.containers[0].image';
const spec = `${pod}spec:\n  containers:\n  - name: a\n`;
const lines = [
  { it: 'an image', text: `${spec}    image: x\n`, path: image, line: 7 },
  { it: 'the object, where no field is meant', text: `${pod}---\n\n${pod}`, path: '', line: 6, index: 1 },
  { it: 'the nearest parent of what is not written', text: spec, path: image, line: 6 },
  { it: 'an image that is written twice', text: `${spec}    image: x\n    image: y\n`, path: image, line: 8 },
  {
    it: 'an image behind an alias',
    text: `${pod}x: &c\n  - image: i\nspec:\n  containers: *c\n`,
    path: image,
    line: 5,
  },
  {
    it: 'an image of an item',
    text: `apiVersion: v1\nkind: List\nitems:\n- apiVersion: v1\n  kind: Pod\n  spec:\n    containers:\n    - image: x\n`,
    path: image,
    line: 8,
  },
] as const;

describe('the line is that of', () => {
  for (const { it, text, path, line, ...at } of lines) {
    test(it, () => {
      const parsed = parseManifests({ name: 'f', text });
      assert.equal(parsed.kind, 'manifests');
      assert.equal(parsed.manifests['index' in at ? at.index : 0]?.lineOf(path), line);
    });
  }
});
