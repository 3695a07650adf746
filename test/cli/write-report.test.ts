import assert from 'node:assert/strict';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { assertWritable, writeReport } from '../../src/cli/write-report.ts';
import { options, sampleReport } from './sample-report.ts';

let folder = '';
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pullgate-write-'));
});
after(() => rm(folder, { recursive: true }));

function terminal({ isTTY = false, colours = true } = {}) {
  let text = '';
  return { stream: { isTTY, hasColors: () => colours, write: (part: string) => (text += part) }, text: () => text };
}

describe('a report', () => {
  test('goes to standard output and to files at once, and leaves nothing else behind', async () => {
    const out = terminal();
    const file = join(folder, 'a.json');
    await writeFile(file, 'old');
    await chmod(file, 0o600);
    await writeReport(sampleReport(), [{ format: 'text' }, { format: 'json', file }], out.stream, options);
    assert.match(out.text(), /^3 objects, /m);
    assert.equal((JSON.parse(await readFile(file, 'utf8')) as { kind: string }).kind, 'CheckReport');
    assert.equal((await stat(file)).mode & 0o777, 0o600);
    assert.deepEqual(await readdir(folder), ['a.json']);
  });

  test('keeps a symbolic link, and a device', async () => {
    await symlink(join(folder, 'a.json'), join(folder, 'link'));
    const outputs = ['link', '/dev/null'].map(
      (name) => ({ format: 'text', file: join(name.startsWith('/') ? '/' : folder, name) }) as const,
    );
    await writeReport(sampleReport(), outputs, terminal().stream, options);
    assert.match(await readFile(join(folder, 'a.json'), 'utf8'), /^3 objects, /m);
    assert.ok((await stat('/dev/null')).isCharacterDevice());
  });

  test('that cannot be written keeps no other from being written', async () => {
    const out = terminal();
    const outputs = [{ format: 'json', file: join(folder, 'none/a.json') }, { format: 'text' }] as const;
    await assert.rejects(writeReport(sampleReport(), outputs, out.stream, options), /a\.json: cannot be written/);
    assert.match(out.text(), /^3 objects, /m);
  });

  for (const [where, terminals, colours] of [
    ['on a terminal with colours', { isTTY: true }, true],
    ['on a terminal without colours, such as with NO_COLOR', { isTTY: true, colours: false }, false],
    ['in a pipe', { isTTY: false }, false],
  ] as const) {
    test(`has ${colours ? 'colours' : 'no colours'} ${where}`, async () => {
      const out = terminal(terminals);
      await writeReport(sampleReport(), [{ format: 'text' }], out.stream, options);
      assert.equal(out.text().includes('\u001b['), colours);
    });
  }
});

describe('a file that cannot be written is known before the work', () => {
  test('because its folder does not exist, or it is a folder', async () => {
    await mkdir(join(folder, 'sub'), { recursive: true });
    for (const name of ['none/a', 'sub', 'a.json/b']) {
      const file = join(folder, name);
      await assert.rejects(assertWritable([{ format: 'json', file }]), /: cannot be written \(/, name);
    }
    await assertWritable([{ format: 'text' }, { format: 'json', file: join(folder, 'sub/new') }]);
  });
});
