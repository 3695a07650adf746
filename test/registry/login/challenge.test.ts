import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { answerable, firstAnswerable, type Answerable } from '../../../src/registry/login/challenge.ts';
import { cpuMs } from '../../support/cpu-ms.ts';

const bearer = { scheme: 'bearer', realm: 'https://a.test/token', service: 'a', scopes: [] } as const;
const basic = { scheme: 'basic' } as const;

const cases: readonly {
  readonly name: string;
  readonly lines: readonly string[];
  readonly expected: Answerable | undefined;
}[] = [
  { name: 'a missing header', lines: [], expected: undefined },
  { name: 'an empty header', lines: [''], expected: undefined },
  { name: 'Basic with a realm', lines: ['Basic realm="registry"'], expected: basic },
  { name: 'Basic without parameters', lines: ['Basic'], expected: basic },
  { name: 'Bearer in mixed case', lines: ['bEaReR REALM="https://a.test/token",SERVICE="a"'], expected: bearer },
  {
    name: 'several scopes in one parameter',
    lines: ['Bearer realm="https://a.test/token",service="a",scope="repository:x:pull repository:y:pull"'],
    expected: { ...bearer, scopes: ['repository:x:pull', 'repository:y:pull'] },
  },
  {
    name: 'a comma in quotes',
    lines: ['Bearer realm="https://a.test/token",service="a",scope="repository:x:pull,push"'],
    expected: { ...bearer, scopes: ['repository:x:pull,push'] },
  },
  { name: 'quoted pairs', lines: ['Bearer realm="https:\\//a.te\\st/token",service="a"'], expected: bearer },
  { name: 'an unquoted value', lines: ['Bearer service=a,realm="https://a.test/token"'], expected: bearer },
  { name: 'blanks after commas', lines: ['Bearer realm="https://a.test/token" ,\t service="a"'], expected: bearer },
  {
    name: 'the last of duplicate parameters',
    lines: ['Bearer realm="x",realm="https://a.test/token",service="a"'],
    expected: bearer,
  },
  {
    name: 'Bearer without a realm',
    lines: ['Bearer service="a"'],
    expected: { scheme: 'bearer', service: 'a', scopes: [] },
  },
  {
    name: 'Bearer with blanks around an equals sign, which end the parameters as in containerd',
    lines: ['Bearer realm = "https://a.test/token",service="a"'],
    expected: { scheme: 'bearer', service: '', scopes: [] },
  },
  {
    name: 'the parameters before a missing comma',
    lines: ['Bearer realm="https://a.test/token" service="a"'],
    expected: { ...bearer, service: '' },
  },
  {
    name: 'Bearer rather than an earlier Basic',
    lines: ['Basic realm="r"', 'Bearer realm="https://a.test/token",service="a"'],
    expected: bearer,
  },
  {
    name: 'the first challenge of a header, as in containerd',
    lines: ['Bearer realm="https://a.test/token",service="a", Basic realm="r"'],
    expected: bearer,
  },
  { name: 'a header that starts with another scheme', lines: ['Negotiate, Basic realm="r"'], expected: undefined },
  {
    name: 'a second header after one with an unknown scheme',
    lines: ['Negotiate', 'Basic realm="r"'],
    expected: basic,
  },
  { name: 'Digest', lines: ['Digest realm="r", nonce="n"'], expected: undefined },
];

describe('answerable', () => {
  for (const { name, lines, expected } of cases) {
    const verb = expected === undefined ? 'ignores' : 'reads';
    test(`${verb} ${name}`, () => assert.deepEqual(answerable(lines), expected));
  }

  test('parses a malicious header of 16 KB in less than 500 ms of CPU time', () => {
    const ms = cpuMs(() => {
      answerable([`Bearer ${'a="\\'.repeat(4000)}`]);
      answerable([`Bearer ${'='.repeat(16_000)}`]);
      answerable([`${','.repeat(16_000)}"`]);
    });
    assert.ok(ms < 500, `${ms} ms`);
  });
});

describe('firstAnswerable', () => {
  const asBearer = 'Bearer realm="https://a.test/token",service="a"';
  const inOrder: readonly (readonly [name: string, lines: readonly string[], expected: Answerable | undefined])[] = [
    ['Basic before Bearer', ['Basic realm="r"', asBearer], basic],
    ['Bearer before Basic', [asBearer, 'Basic realm="r"'], bearer],
    ['the first that it knows', ['Negotiate', asBearer], bearer],
    [
      'no parameter after an empty one',
      ['Bearer realm="https://a.test/token",x="",service="a"'],
      { ...bearer, service: '' },
    ],
    ['nothing without a challenge', ['Negotiate'], undefined],
  ];
  for (const [name, lines, expected] of inOrder) {
    test(`answers ${name}`, () => assert.deepEqual(firstAnswerable(lines), expected));
  }
});
