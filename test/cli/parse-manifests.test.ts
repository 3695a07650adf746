import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { parseManifests } from '../../src/cli/parse-manifests.ts';

const pod = 'apiVersion: v1\nkind: Pod\nmetadata: {name: p}\n';

const readable = [
  { it: 'returns one object per document', text: `${pod}---\n${pod}`, kinds: ['Pod', 'Pod'] },
  { it: 'skips documents with only a comment', text: `# Source: a.yaml\n---\n---\n${pod}`, kinds: ['Pod'] },
  { it: 'reads JSON with tabs', text: '{\n\t"apiVersion": "v1",\n\t"kind": "Pod"\n}', kinds: ['Pod'] },
  {
    it: 'returns the items of a List, and of a List in a List',
    text: '{apiVersion: v1, kind: List, items: [{apiVersion: v1, kind: A}, {apiVersion: v1, kind: List, items: [{apiVersion: v1, kind: B}]}]}',
    kinds: ['A', 'B'],
  },
  { it: 'skips the values of a Helm chart', text: 'image:\n  tag: v1\n', kinds: [] },
  { it: 'uses the last value of a duplicate key', text: `${pod}kind: Job\n`, kinds: ['Job'] },
  { it: 'returns nothing for an empty text', text: '', kinds: [] },
] as const;

describe('the manifest parser', () => {
  for (const { it, text, kinds } of readable) {
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

const invalid = [
  { it: 'an unclosed bracket', text: `${pod}---\na: [\n`, line: 6 },
  { it: 'an alias without its anchor', text: `${pod}spec: *gone\n`, line: 1 },
  { it: 'an unrendered Helm template', text: `${pod}spec:\n  {{- if .Values.x }}\n  a: b\n`, line: 5 },
] as const;

describe('a problem has the file and line of', () => {
  for (const { it, text, line } of invalid) {
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
  { it: 'the object if the path is empty', text: `${pod}---\n\n${pod}`, path: '', line: 6, index: 1 },
  { it: 'the nearest parent of a missing field', text: spec, path: image, line: 6 },
  { it: 'the last value of a duplicate image key', text: `${spec}    image: x\n    image: y\n`, path: image, line: 8 },
  {
    it: 'an image in an alias',
    text: `${pod}x: &c\n  - image: i\nspec:\n  containers: *c\n`,
    path: image,
    line: 5,
  },
  {
    it: 'an image in an item of a List',
    text: `apiVersion: v1\nkind: List\nitems:\n- apiVersion: v1\n  kind: Pod\n  spec:\n    containers:\n    - image: x\n`,
    path: image,
    line: 8,
  },
] as const;

describe('the line of a field is the line of', () => {
  for (const { it, text, path, line, ...at } of lines) {
    test(it, () => {
      const parsed = parseManifests({ name: 'f', text });
      assert.equal(parsed.kind, 'manifests');
      assert.equal(parsed.manifests['index' in at ? at.index : 0]?.lineOf(path), line);
    });
  }
});
