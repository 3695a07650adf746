import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { readiness, type Check } from '../../src/webhook/readiness.ts';

function check(name: string, required: boolean, problem?: string): Check {
  return { name, required, problem: () => problem };
}

const cases: readonly {
  readonly it: string;
  readonly checks: readonly Check[];
  readonly ready: boolean;
  readonly text: string;
}[] = [
  {
    it: 'is ready if there is no problem',
    checks: [check('certificate', true)],
    ready: true,
    text: '[+] certificate\nready\n',
  },
  {
    it: 'is not ready if a required check has a problem',
    checks: [check('certificate', true, 'expired')],
    ready: false,
    text: '[-] certificate: expired\nnot ready\n',
  },
  {
    it: 'reports the problem of another check and stays ready',
    checks: [check('hosts.toml', false, 'broken')],
    ready: true,
    text: '[!] hosts.toml: broken\nready\n',
  },
];

describe('readiness', () => {
  for (const { it, checks, ready, text } of cases) {
    test(it, () => assert.deepEqual(readiness(checks), { ready, text }));
  }
});
