import assert from 'node:assert/strict';
import { execFile, execFileSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { promisify } from 'node:util';
import { bashCompletion } from '../../src/commands/completion/bash.ts';
import { definitionOf } from '../../src/commands/completion/definition.ts';
import { fishCompletion } from '../../src/commands/completion/fish.ts';
import { zshCompletion } from '../../src/commands/completion/zsh.ts';
import { createProgram } from '../../src/commands/program.ts';
import { formatNames } from '../../src/cli/format-names.ts';
import { findingKinds } from '../../src/engine/policy/policy.ts';

const definition = definitionOf(createProgram({ name: 'pullgate', stop: new AbortController().signal }));
const files = ['deploy one.yaml', 'deploy-two.yaml'];
let folder = '';

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pullgate-completion-'));
  for (const name of files) await writeFile(join(folder, name), '');
  await writeFile(join(folder, 'bash.sh'), bashCompletion('pullgate', definition));
  await writeFile(join(folder, 'pullgate.zsh'), zshCompletion('pullgate', definition));
  await writeFile(join(folder, 'pullgate.fish'), fishCompletion('pullgate', definition));
});

after(() => rm(folder, { recursive: true }));

const commands = definition.map(({ name }) => name);

/** What a shell offers after a line. `=` is a word of its own in bash. */
const cases: readonly {
  readonly line: string;
  readonly offers: readonly string[];
  readonly bash?: readonly string[];
}[] = [
  { line: 'pullgate c', offers: commands.filter((name) => name.startsWith('c')) },
  { line: 'pullgate check --off', offers: ['--offline'] },
  { line: 'pullgate check -o ', offers: formatNames },
  { line: 'pullgate check --fail-on ', offers: ['deny', 'never', 'warn'] },
  { line: 'pullgate check --profile s', offers: ['strict'] },
  { line: 'pullgate check -f dep', offers: files },
  { line: 'pullgate check dep', offers: files },
  { line: 'pullgate check -o sarif = dep', offers: files },
  { line: 'pullgate check -n ', offers: [] },
  { line: 'pullgate explain image-', offers: findingKinds.filter((kind) => kind.startsWith('image-')) },
  { line: 'pullgate completion z', offers: ['zsh'] },
];

describe('bash completes', () => {
  for (const { line, offers } of cases) {
    test(line, async () => {
      const words = line.split(' ');
      const script =
        'source ./bash.sh; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _pullgate; printf "%s\\n" "${COMPREPLY[@]}"';
      const { stdout } = await promisify(execFile)('bash', ['--norc', '-c', script, 'bash', ...words], { cwd: folder });
      assert.deepEqual(stdout.split('\n').filter(Boolean).sort(), [...offers].sort());
    });
  }

  test('every option that a command has', async () => {
    for (const command of createProgram({ name: 'pullgate', stop: new AbortController().signal }).commands) {
      const script = `source ./bash.sh; COMP_WORDS=(pullgate ${command.name()} --); COMP_CWORD=2; _pullgate; echo "\${COMPREPLY[@]}"`;
      const { stdout } = await promisify(execFile)('bash', ['--norc', '-c', script], { cwd: folder });
      const offered = stdout.trim().split(' ').sort();
      const all = command.options.flatMap(({ long }) => long ?? []);
      assert.deepEqual(offered, [...all, '--help'].sort());
    }
  });
});

const shells = ['zsh', 'fish'].filter((shell) => {
  try {
    execFileSync(shell, ['-c', 'true']);
    return true;
  } catch {
    return false;
  }
});

describe('fish completes', { skip: !shells.includes('fish') }, () => {
  for (const { line, offers } of cases.filter(({ line }) => !line.includes('='))) {
    test(line, async () => {
      const script = `source pullgate.fish; complete -C ${JSON.stringify(line)}`;
      const env = { PATH: process.env['PATH'], HOME: folder, TERM: 'dumb' };
      const { stdout } = await promisify(execFile)('fish', ['--no-config', '-c', script], { cwd: folder, env });
      const offered = stdout
        .split('\n')
        .filter(Boolean)
        .map((text) => text.split('\t', 1)[0] ?? '');
      assert.deepEqual(offered.map((word) => word.replaceAll('\\', '')).sort(), [...offers].sort());
    });
  }
});

describe('zsh', { skip: !shells.includes('zsh') }, () => {
  test('loads the script, and completes with it', async () => {
    // A real line editor in a pseudo-terminal: types a line and a tab, then shows what it became.
    const script = `zmodload zsh/zpty; zpty z zsh -f -i
zpty -w z 'autoload -Uz compinit; compinit -u -D; source ./pullgate.zsh; PS1=REA''DY'
zpty -r z line '*READY*'
zpty -w -n z $'pullgate explain image-inc\\t'
zpty -r z line '*image-incomplete*'; print -r -- "$line"; zpty -d z`;
    const env = { PATH: process.env['PATH'], HOME: folder, TERM: 'dumb' };
    const { stdout } = await promisify(execFile)('zsh', ['-f', '-c', script], { cwd: folder, env, timeout: 60_000 });
    assert.match(stdout, /image-incomplete/);
  });
});
