import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { assertFile } from '../support/golden.ts';
import { terminalPicture } from './picture.ts';

const root = join(import.meta.dirname, '../..');

test('docs/refusal.svg shows what the demo prints', async () => {
  const { stdout } = await promisify(execFile)(process.execPath, [join(root, 'test/demo/main.ts')], { cwd: root });
  const [, refusal = ''] = /^ 3 .*\n([^]*?)\n\n/m.exec(stdout) ?? [];
  const lines = refusal.split('\n').map((line) => line.replace(/^ {4}/, ''));
  assert.match(lines[0] ?? '', /^\$ kubectl set image /);
  await assertFile(new URL('../../docs/refusal.svg', import.meta.url), terminalPicture(lines));
});
