import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { readRules, sameRules } from '../../src/tls/webhook-rules.ts';
import { shippedRules, shippedText } from '../support/shipped-rules.ts';

const rule = { apiGroups: ['apps'], apiVersions: ['v1'], operations: ['CREATE'], resources: ['deployments'] };

/** The problem with a list of one rule, which differs from a valid one in these fields. */
function problemWith(fields: object): string {
  return problemOf(JSON.stringify([{ ...rule, ...fields }]));
}

function problemOf(text: string): string {
  const read = readRules(text);
  return read.kind === 'invalid' ? read.problem : 'none';
}

describe('rules in an annotation', () => {
  test('the shipped ones are valid', () => {
    assert.deepEqual(readRules(shippedText), { kind: 'rules', rules: shippedRules });
  });

  test('a rule without a scope has the scope *, as in the API server', () => {
    assert.deepEqual(readRules(JSON.stringify([rule])), { kind: 'rules', rules: [{ ...rule, scope: '*' }] });
  });

  const valid: readonly object[] = [
    { apiGroups: [''] },
    { apiGroups: ['argoproj.io'], apiVersions: ['*'], resources: ['rollouts'], scope: 'Namespaced' },
    { operations: ['CREATE', 'UPDATE'], resources: ['pods', 'pods/ephemeralcontainers'] },
  ];
  for (const fields of valid) {
    test(`${JSON.stringify(fields)} is valid`, () => assert.equal(problemWith(fields), 'none'));
  }

  const texts: readonly { readonly text: string; readonly problem: string }[] = [
    { text: '', problem: 'it is not a JSON list' },
    { text: '[{]', problem: 'it is not a JSON list' },
    { text: JSON.stringify(rule), problem: 'it is not a JSON list' },
    { text: '[]', problem: 'it has no rule' },
    { text: `[${' '.repeat(20_000)}]`, problem: 'it is longer than 16384 characters' },
    { text: '["apps"]', problem: '[0]: not an object' },
    { text: JSON.stringify([rule, null]), problem: '[1]: not an object' },
  ];
  for (const { text, problem } of texts) {
    test(`${text.slice(0, 20)}: ${problem}`, () => assert.equal(problemOf(text), problem));
  }

  const invalid: readonly { readonly fields: object; readonly problem: string }[] = [
    { fields: { resource: ['pods'] }, problem: '[0]: unknown key "resource"' },
    { fields: { apiGroups: undefined }, problem: '[0].apiGroups: not a list with an element' },
    { fields: { apiVersions: 'v1' }, problem: '[0].apiVersions: not a list with an element' },
    { fields: { operations: [] }, problem: '[0].operations: not a list with an element' },
    { fields: { resources: [1] }, problem: '[0].resources: 1 is not the name of a resource' },
    { fields: { resources: ['*'] }, problem: '[0].resources: "*" is not the name of a resource' },
    { fields: { resources: ['pods/*'] }, problem: '[0].resources: "pods/*" is not the name of a resource' },
    { fields: { apiGroups: ['*'] }, problem: '[0].apiGroups: "*" is not the name of a group' },
    { fields: { apiVersions: ['*', 'v1'] }, problem: '[0].apiVersions: "*" must be the only element' },
    {
      fields: { operations: ['CREATE', 'DELETE'] },
      problem: '[0].operations: "DELETE" is not CREATE or UPDATE, and Pullgate reviews nothing else',
    },
    { fields: { scope: 'namespaced' }, problem: '[0].scope: "namespaced" is not Namespaced, Cluster or *' },
  ];
  for (const { fields, problem } of invalid) {
    test(problem, () => assert.equal(problemWith(fields), problem));
  }
});

describe('two lists of rules', () => {
  const stored = { ...rule, scope: '*' };
  const rows: readonly { readonly it: string; readonly one: readonly object[]; readonly same: boolean }[] = [
    { it: 'in which the fields have another order are the same', one: [{ scope: '*', ...rule }], same: true },
    { it: 'with and without the default scope are the same', one: [rule], same: true },
    { it: 'with another scope differ', one: [{ ...rule, scope: 'Namespaced' }], same: false },
    { it: 'with another resource differ', one: [{ ...rule, resources: ['jobs'] }], same: false },
    { it: 'of which one is empty differ', one: [], same: false },
    { it: 'of which one is longer differ', one: [rule, rule], same: false },
  ];
  for (const { it, one, same } of rows) test(it, () => assert.equal(sameRules(one, [stored]), same));
});
