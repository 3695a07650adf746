import assert from 'node:assert/strict';
import { test } from 'node:test';
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
    it: 'is ready without problems',
    checks: [check('certificate', true)],
    ready: true,
    text: '[+] certificate\nready\n',
  },
  {
    it: 'is not ready for want of what it needs',
    checks: [check('certificate', true, 'expired')],
    ready: false,
    text: '[-] certificate: expired\nnot ready\n',
  },
  {
    it: 'says other problems and stays ready',
    checks: [check('hosts.toml', false, 'broken')],
    ready: true,
    text: '[!] hosts.toml: broken\nready\n',
  },
];

for (const { it, checks, ready, text } of cases) {
  test(it, () => assert.deepEqual(readiness(checks), { ready, text }));
}
