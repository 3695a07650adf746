import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { isScalar, LineCounter, parseDocument } from 'yaml';
import { documentProblem, formatFieldPath, lineAt, nodeAt, parseFieldPath } from '../../src/lib/yaml-lines.ts';

const paths: readonly (readonly [text: string, steps: readonly string[]])[] = [
  ['', []],
  ['spec', ['spec']],
  ['spec.containers[0].image', ['spec', 'containers', '0', 'image']],
  ['[0].name', ['0', 'name']],
  ['a[0][1]', ['a', '0', '1']],
];

describe('a field path', () => {
  for (const [text, steps] of paths) {
    test(`"${text}" is parsed and formatted`, () => {
      assert.deepEqual(parseFieldPath(text), steps);
      assert.equal(formatFieldPath(steps), text);
    });
  }
});

function parse(text: string) {
  const lines = new LineCounter();
  return { document: parseDocument(text, { lineCounter: lines }), lines };
}

const manifest = `kind: Pod
spec:
  base: &base
    image: a
    command: [sh,
      run]
  containers:
    - image: b
      image: c
    - *base
`;

const nodes: readonly { it: string; path: string; line: number; value: unknown }[] = [
  { it: 'a field', path: 'kind', line: 1, value: 'Pod' },
  { it: 'a nested field', path: 'spec.base.image', line: 4, value: 'a' },
  { it: 'an item in flow style', path: 'spec.base.command[1]', line: 6, value: 'run' },
  { it: 'a key that occurs twice: the last one', path: 'spec.containers[0].image', line: 9, value: 'c' },
  { it: 'a field behind an alias', path: 'spec.containers[1].image', line: 4, value: 'a' },
  { it: 'a missing field: the line of its parent', path: 'spec.base.name', line: 3, value: undefined },
  { it: 'a missing item: the line of the list', path: 'spec.containers[7].image', line: 7, value: undefined },
  { it: 'a step below a text: the line of the text', path: 'kind.name', line: 1, value: undefined },
  { it: 'a missing field of the document: the first line', path: 'status', line: 1, value: undefined },
];

describe('the line and the value of', () => {
  const { document, lines } = parse(manifest);
  for (const { it, path, line, value } of nodes) {
    test(it, () => {
      const steps = parseFieldPath(path);
      assert.equal(lineAt(document, lines, steps), line);
      const node = nodeAt(document, document.contents, steps);
      assert.equal(isScalar(node) ? node.value : undefined, value);
    });
  }

  test('a field of a node of the document', () => {
    const from = nodeAt(document, document.contents, ['spec', 'base']);
    assert.equal(lineAt(document, lines, ['image'], from), 4);
  });

  test('an empty document: the first line', () => {
    const empty = parse('');
    assert.equal(lineAt(empty.document, empty.lines, ['a']), 1);
  });
});

const bomb = `a: &a [x, x, x, x, x, x, x, x, x, x]
b: &b [*a, *a, *a, *a, *a, *a, *a, *a, *a, *a]
c: &c [*b, *b, *b, *b, *b, *b, *b, *b, *b, *b]
d: [*c, *c, *c, *c, *c, *c, *c, *c, *c, *c]
`;

const documents: readonly { it: string; text: string; line?: number; reason?: RegExp }[] = [
  { it: 'has no problem', text: 'a: 1\nb: [1]\n' },
  {
    it: 'has a problem on the line of a key that occurs twice',
    text: manifest,
    line: 9,
    reason: /^Map keys must be unique$/,
  },
  { it: 'may be empty', text: '' },
  { it: 'has a problem on the line of a syntax error', text: 'a: 1\nb: [1\n', line: 3, reason: /^Flow sequence/ },
  { it: 'has a problem if an alias has no anchor', text: 'a: 1\nb: *none\n', line: 1, reason: /none/ },
  { it: 'has a problem if aliases expand it too far', text: bomb, line: 1, reason: /^Excessive alias count/ },
];

describe('a document', () => {
  for (const { it, text, line, reason } of documents) {
    test(it, () => {
      const { document, lines } = parse(text);
      const problem = documentProblem(document, lines);
      assert.equal(problem?.line, line);
      assert.match(problem?.reason ?? '', reason ?? /^$/);
      assert.doesNotMatch(problem?.reason ?? '', /\p{Cc}| at line \d/u);
    });
  }
});
