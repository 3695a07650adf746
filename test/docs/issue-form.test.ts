import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { parse } from 'yaml';
import { root } from './commands.ts';

interface Form {
  readonly name: string;
  readonly body: readonly {
    readonly id?: string;
    readonly attributes: { readonly value?: string };
    readonly validations?: { readonly required?: boolean };
  }[];
}

test('the issue form "Pullgate said X, the kubelet did Y" requires the debug bundle, and has the command that writes it', async () => {
  const text = await readFile(join(root, '.github/ISSUE_TEMPLATE/disagreement.yml'), 'utf8');
  const { name, body } = parse(text) as Form;
  assert.equal(name, 'Pullgate said X, the kubelet did Y');
  const required = body.filter(({ validations }) => validations?.required === true).map(({ id }) => id);
  assert.deepEqual(required, ['bundle', 'pullgate', 'kubelet']);
  const [command = ''] = /pullgate check .*/.exec(body[0]?.attributes.value ?? '') ?? [];
  const { stdout: help } = await promisify(execFile)(process.execPath, [join(root, 'src/main.ts'), 'check', '--help']);
  const flags = [...command.matchAll(/(?<= )--?[a-z][\w-]*/g)].map(([flag]) => flag);
  assert.ok(flags.includes('--debug-bundle'));
  for (const flag of flags) assert.match(help, new RegExp(`(^|[\\s,])${RegExp.escape(flag)}\\b`, 'm'));
});
