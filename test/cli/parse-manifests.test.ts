import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { noteWords } from '../../src/cli/note.ts';
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
  {
    it: 'reads JSON objects that follow one another',
    text: '{"apiVersion": "v1", "kind": "A"}\n{"apiVersion": "v1", "kind": "B"}{"apiVersion": "v1", "kind": "C"}',
    kinds: ['A', 'B', 'C'],
  },
  {
    it: 'takes the kind of the items from a list of one kind',
    text: '{apiVersion: v1, kind: PodList, items: [{metadata: {name: p}}, {kind: Other}]}',
    kinds: ['Pod', 'Other'],
  },
  { it: 'skips items without a kind in a List', text: '{apiVersion: v1, kind: List, items: [{a: b}]}', kinds: [] },
  { it: 'uses the last value of a duplicate key', text: `${pod}kind: Job\n`, kinds: ['Job'] },
  { it: 'returns nothing for an empty text', text: '', kinds: [] },
] as const;

describe('the manifest parser', () => {
  for (const { it, text, kinds } of readable) {
    test(it, () => {
      const parsed = parseManifests({ name: 'f', text });
      assert.deepEqual(parsed.problems, []);
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
  { it: 'an unrendered Helm template', text: `${pod}spec:\n  {{- if .Values.x }}\n  a: b\n`, line: 5, helm: true },
  { it: 'a Helm value without quotes', text: `${pod}spec: {nodeName: {{ .Values.x }}}\n`, line: 4, helm: true },
  { it: 'an error in a later JSON object', text: '{"a": 1}\n{"b": 2}\n---\n{"c": [}\n', line: 4 },
] as const;

describe('a problem has the file and line of', () => {
  for (const { it, text, line, ...more } of invalid) {
    test(it, () => {
      const parsed = parseManifests({ name: 'f.yaml', text });
      const [problem] = parsed.problems;
      assert.ok(problem);
      assert.match(noteWords(problem), new RegExp(`^f\\.yaml:${line}:\\d+: [^\\n]+$`));
      assert.equal(problem.message.includes('helm template'), 'helm' in more);
    });
  }
});

const template = '{spec: {containers: [{name: c, image: i}]}}';
const deployment = 'kind: Deployment\nmetadata: {name: web}\n';
const pullSecrets = 'imagePullSecrets: [{name: s}]';

const noted = [
  { it: 'values of a Helm chart', text: `${deployment}---\nimage:\n  tag: v1\n`, lines: [1, 4] },
  { it: 'a list at the top', text: '- a\n', lines: [1] },
  { it: 'an item without a kind', text: 'apiVersion: v1\nkind: List\nitems:\n- {a: b}\n', lines: [4] },
  {
    it: 'a pod template of an unknown kind',
    text: `---\napiVersion: example.com/v1\nkind: Machine\nspec: {template: ${template}}\n`,
    lines: [2],
  },
  {
    it: 'nothing in a custom kind, even if pull secrets are beside its pod spec',
    text: `apiVersion: argoproj.io/v1alpha1\nkind: Rollout\nspec: {imagePullSecrets: [], template: ${template}}\n`,
    lines: [],
  },
  {
    it: 'a parameter in place of an image, and an image that is left out',
    text: 'apiVersion: tekton.dev/v1\nkind: Task\nspec:\n  steps:\n  - image: $(params.image)\n  - {ref: {name: a}}\n  - image: i\n',
    lines: [5, 6],
  },
  {
    it: 'a Rollout whose template is in another object',
    text: 'apiVersion: argoproj.io/v1alpha1\nkind: Rollout\nspec: {workloadRef: {name: web}}\n',
    lines: [1],
  },
  {
    it: 'a known kind in a group that does not have it',
    text: `apiVersion: v1\n${deployment}spec: {template: ${template}}\n`,
    lines: [1],
  },
  { it: 'a Deployment with containers in the wrong place', text: `apiVersion: apps/v1\n${deployment}`, lines: [1] },
  {
    it: 'a Pod that is being deleted',
    text: `apiVersion: v1\nkind: Pod\nmetadata: {deletionTimestamp: now}\nspec: {containers: [{image: i}]}\n`,
    lines: [1],
  },
  ...['extensions/v1beta1', 'apps/v1beta1', 'apps/v1beta2'].map((version) => ({
    it: `a Deployment of ${version}`,
    text: `${deployment}apiVersion: ${version}\nspec: {template: ${template}}\n`,
    lines: [3],
  })),
  {
    it: 'a CronJob of batch/v1beta1',
    text: `apiVersion: batch/v1beta1\nkind: CronJob\nspec: {jobTemplate: {spec: {template: ${template}}}}\n`,
    lines: [1],
  },
  {
    it: 'pull secrets in a container',
    text: `${pod}spec:\n  containers:\n  - image: i\n    ${pullSecrets}\n`,
    lines: [7],
  },
  { it: 'pull secrets beside the spec of a Pod', text: `${pod}${pullSecrets}\nspec: {containers: [{}]}\n`, lines: [4] },
  {
    it: 'pull secrets beside the spec of a template, and beside the template',
    text: `apiVersion: apps/v1\n${deployment}spec:\n  ${pullSecrets}\n  template:\n    ${pullSecrets}\n    spec: {containers: [{}]}\n`,
    lines: [5, 7],
  },
  ...['[s]', '{name: s}', 's', '[{secret: s}]'].map((value) => ({
    it: `pull secrets that are ${value}`,
    text: `${pod}spec:\n  containers: [{}]\n  imagePullSecrets: ${value}\n`,
    lines: [6],
  })),
  {
    it: 'pull secrets of a ServiceAccount that are strings',
    text: 'apiVersion: v1\nkind: ServiceAccount\nimagePullSecrets: [s]\n',
    lines: [3],
  },
  { it: 'nothing in an empty document', text: '---\n# nothing\n---\n', lines: [] },
  { it: 'nothing in objects without containers', text: 'apiVersion: v1\nkind: ConfigMap\ndata: {a: b}\n', lines: [] },
  ...[pullSecrets, 'imagePullSecrets: []', 'imagePullSecrets:'].map((field) => ({
    it: `nothing in a Pod with ${field}`,
    text: `${pod}spec:\n  containers: [{}]\n  ${field}\n`,
    lines: [],
  })),
  {
    it: 'nothing in the annotations of a Pod',
    text: `${pod.replace('{name: p}', '{annotations: {imagePullSecrets: s}}')}spec: {containers: [{}]}\n`,
    lines: [],
  },
];

describe('the parser notes the line of', () => {
  for (const { it, text, lines } of noted) {
    test(it, () => {
      const parsed = parseManifests({ name: 'f.yaml', text });
      assert.deepEqual(parsed.problems, []);
      assert.deepEqual(
        parsed.notes.map(({ place }) => [place?.file, place?.line]),
        lines.map((line) => ['f.yaml', line]),
      );
    });
  }
});

test('a document with a million containers is refused with the limit, and the others are read', () => {
  const containers = '{"name":"c","image":"a"},'.repeat(1_000_000);
  const { manifests, problems } = parseManifests({
    name: 'f',
    text: `${pod}---\n{"apiVersion":"v1","kind":"Pod","spec":{"containers":[${containers}{}]}}\n---\n${pod}`,
  });
  assert.equal(manifests.length, 2);
  assert.match(problems.map(noteWords).join(), /^f:4: not read: the document is larger than 8 MiB/);
});

test('a document that is no valid YAML keeps nothing else from being read', () => {
  const { manifests, problems } = parseManifests({ name: 'f', text: `${pod}---\na: [b\n---\n${pod}` });
  assert.deepEqual([manifests.length, problems.length], [2, 1]);
  assert.deepEqual(
    manifests.map((manifest) => manifest.lineOf('')),
    [1, 7],
  );
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
  {
    it: 'an image in a later JSON object',
    text: `{}\n{"apiVersion": "v1",\n"kind": "Pod",\n"spec": {"containers": [\n{"image": "i"}]}}`,
    path: image,
    line: 5,
  },
] as const;

describe('the line of a field is the line of', () => {
  for (const { it, text, path, line, ...at } of lines) {
    test(it, () => {
      const parsed = parseManifests({ name: 'f', text });
      assert.deepEqual(parsed.problems, []);
      assert.equal(parsed.manifests['index' in at ? at.index : 0]?.lineOf(path), line);
    });
  }
});
