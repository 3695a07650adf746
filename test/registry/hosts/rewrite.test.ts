import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { RewriteRule } from '../../../src/engine/hosts/rewrite-rule.ts';
import { registryHosts } from '../../../src/engine/hosts/registry-hosts.ts';
import { rewriteRepository, ruleProblems } from '../../../src/registry/hosts/rewrite.ts';

interface Case {
  readonly it: string;
  readonly rules: readonly RewriteRule[];
  /** The repository that `team/app` becomes. */
  readonly expected: string;
}

const unclear = 'unclear';

const cases: readonly Case[] = [
  { it: 'keeps the repository without rules', rules: [], expected: 'team/app' },
  { it: 'keeps it if no rule matches', rules: [['^other/', 'm/']], expected: 'team/app' },
  { it: 'applies a rule', rules: [['^team/(.*)', 'm/$1']], expected: 'm/app' },
  {
    it: 'ignores a rule that is not valid',
    rules: [
      ['^team/(', 'x'],
      ['^team/', 'm/'],
    ],
    expected: 'm/app',
  },
  {
    it: 'passes over a rule that changes nothing',
    rules: [
      ['team', 'team'],
      ['app', 'web'],
    ],
    expected: 'team/web',
  },
  {
    it: 'accepts two rules with one result',
    rules: [
      ['^team/', 'm/'],
      ['team/(.*)', 'm/$1'],
    ],
    expected: 'm/app',
  },
  {
    it: 'cannot tell which of two rules counts',
    rules: [
      ['^team/', 'm/'],
      ['app$', 'web'],
    ],
    expected: unclear,
  },
  { it: 'does not say what a URL with a blank means', rules: [['team', 'a b']], expected: unclear },
  { it: 'does not say what a URL with an escape means', rules: [['team', 'a%2fb']], expected: unclear },
  { it: 'does not say what an empty repository means', rules: [['.*', '']], expected: unclear },
  { it: 'does not grow a repository without limit', rules: [['.', '$0'.repeat(1000)]], expected: unclear },
  { it: 'does not compile a pattern of any length', rules: [['a'.repeat(2000), 'b']], expected: unclear },
  { it: 'does not run a program of any size', rules: [[`(${'a?'.repeat(300)}){9}`, 'b']], expected: unclear },
  {
    it: 'does not try any number of rules',
    rules: Array.from({ length: 101 }, () => ['x', 'y'] as const),
    expected: unclear,
  },
  { it: 'does not judge two groups with one name', rules: [['(?P<a>t)(?P<a>e)', 'x']], expected: unclear },
];

describe('rewriteRepository', () => {
  for (const { it, rules, expected } of cases) {
    test(it, () => {
      const rewritten = rewriteRepository(rules, 'team/app');
      assert.equal(rewritten.kind === 'repository' ? rewritten.repository : rewritten.kind, expected);
    });
  }
});

function problemsOf(rewrite: readonly RewriteRule[]): number {
  return ruleProblems(registryHosts('r.io', [{ host: 'm.io', rewrite }]), 'hosts.toml').length;
}

describe('ruleProblems', () => {
  test('names a pattern that is not valid', () => assert.equal(problemsOf([['(', 'x']]), 1));
  test('has nothing to say about a valid one', () => assert.equal(problemsOf([['^a', 'x']]), 0));
});
