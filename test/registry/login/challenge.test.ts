import assert from 'node:assert/strict';
import { test } from 'node:test';
import { answerable, type Answerable } from '../../../src/registry/login/challenge.ts';

const bearer = { scheme: 'bearer', realm: 'https://a.test/token', service: 'a', scopes: [] } as const;
const basic = { scheme: 'basic' } as const;

const cases: readonly {
  readonly it: string;
  readonly lines: readonly string[];
  readonly is: Answerable | undefined;
}[] = [
  { it: 'nothing', lines: [], is: undefined },
  { it: 'an empty line', lines: [''], is: undefined },
  { it: 'Basic with a realm', lines: ['Basic realm="registry"'], is: basic },
  { it: 'Basic alone', lines: ['Basic'], is: basic },
  { it: 'any case', lines: ['bEaReR REALM="https://a.test/token",SERVICE="a"'], is: bearer },
  {
    it: 'several scopes in one parameter',
    lines: ['Bearer realm="https://a.test/token",service="a",scope="repository:x:pull repository:y:pull"'],
    is: { ...bearer, scopes: ['repository:x:pull', 'repository:y:pull'] },
  },
  {
    it: 'a comma within quotes',
    lines: ['Bearer realm="https://a.test/token",service="a",scope="repository:x:pull,push"'],
    is: { ...bearer, scopes: ['repository:x:pull,push'] },
  },
  { it: 'quoted pairs', lines: ['Bearer realm="https:\\//a.te\\st/token",service="a"'], is: bearer },
  { it: 'an unquoted value', lines: ['Bearer service=a,realm="https://a.test/token"'], is: bearer },
  { it: 'blanks after commas', lines: ['Bearer realm="https://a.test/token" ,\t service="a"'], is: bearer },
  {
    it: 'the last of a doubled parameter',
    lines: ['Bearer realm="x",realm="https://a.test/token",service="a"'],
    is: bearer,
  },
  { it: 'no realm', lines: ['Bearer service="a"'], is: { scheme: 'bearer', service: 'a', scopes: [] } },
  {
    it: 'no realm where blanks stand around its equals sign, as containerd reads it',
    lines: ['Bearer realm = "https://a.test/token",service="a"'],
    is: { scheme: 'bearer', service: '', scopes: [] },
  },
  {
    it: 'what stands before a missing comma',
    lines: ['Bearer realm="https://a.test/token" service="a"'],
    is: { ...bearer, service: '' },
  },
  {
    it: 'Bearer before Basic, whatever their order',
    lines: ['Basic realm="r"', 'Bearer realm="https://a.test/token",service="a"'],
    is: bearer,
  },
  {
    it: 'the first of a line, as containerd does',
    lines: ['Bearer realm="https://a.test/token",service="a", Basic realm="r"'],
    is: bearer,
  },
  { it: 'nothing of a line that begins with another scheme', lines: ['Negotiate, Basic realm="r"'], is: undefined },
  { it: 'a second header beside a scheme that it does not know', lines: ['Negotiate', 'Basic realm="r"'], is: basic },
  { it: 'nothing of Digest', lines: ['Digest realm="r", nonce="n"'], is: undefined },
];

for (const { it, lines, is } of cases) {
  test(`a runtime answers ${it}`, () => {
    assert.deepEqual(answerable(lines), is);
  });
}

test('a hostile line is read in no time', () => {
  const start = performance.now();
  answerable([`Bearer ${'a="\\'.repeat(4000)}`]);
  answerable([`Bearer ${'='.repeat(16_000)}`]);
  answerable([`${','.repeat(16_000)}"`]);
  assert.ok(performance.now() - start < 500);
});
