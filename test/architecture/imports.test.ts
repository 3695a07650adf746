import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { describe, test } from 'node:test';
import { promisify } from 'node:util';
import { circle, forbidden, impurities, readImports, readRooms, roomOf, root, type Imports } from './imports.ts';

const rooms = await readRooms();
const imports = await readImports();
const fenced = rooms.filter(({ mayImport }) => mayImport !== undefined);

/** `imports` with one more file, which imports one module. */
function withPlanted(file: string, module: string): Imports {
  return new Map([...imports, [file, [module]]]);
}

/** Of each room that the row of `file` leaves out one file, as `file` would import it. */
function strangersTo(file: string): readonly string[] {
  const { mayImport = [] } = roomOf(file, rooms);
  const strangers = rooms.filter(({ path }) => path.endsWith('/') && !mayImport.includes(path));
  return strangers.map(({ path }) => {
    const stranger = [...imports.keys()].find((other) => roomOf(other, rooms).path === path) ?? '';
    const module = relative(dirname(file), stranger);
    return module.startsWith('.') ? module : `./${module}`;
  });
}

describe('the rooms of docs/architecture.md', () => {
  test('hold every file of src', () => {
    for (const file of imports.keys()) assert.ok(roomOf(file, rooms));
    for (const { path } of rooms)
      assert.ok(
        [...imports.keys()].some((file) => roomOf(file, rooms).path === path),
        path,
      );
  });

  test('import only what their row allows', () => assert.deepEqual(forbidden(imports, rooms), []));

  test('that are pure reach no package and nothing of Node', () => assert.deepEqual(impurities(imports, rooms), []));

  test('have no circle of imports', () => assert.equal(circle(imports), undefined));
});

describe('a planted import is found', () => {
  for (const { path, pure } of fenced) {
    const file = `${path}planted.ts`;
    test(`in ${path}`, () => {
      for (const module of strangersTo(file)) {
        assert.equal(forbidden(withPlanted(file, module), rooms).length, 1, module);
      }
      if (pure) assert.deepEqual(impurities(withPlanted(file, 'node:fs'), rooms), [`${file} → node:fs`]);
    });
  }

  test('in a file that a pure room imports', () => {
    const planted = new Map([...imports, ['src/lib/json.ts', ['node:fs']]]);
    assert.deepEqual(impurities(planted, rooms), ['src/lib/json.ts → node:fs']);
  });

  test('in a circle', () => {
    const planted = new Map([
      ['src/lib/a.ts', ['./b.ts']],
      ['src/lib/b.ts', ['./a.ts']],
    ]);
    assert.deepEqual(circle(planted), ['src/lib/a.ts', 'src/lib/b.ts', 'src/lib/a.ts']);
  });
});

test('the linter finds the same planted imports, in every room', async () => {
  const copy = await mkdtemp(join(tmpdir(), 'pullgate-fences-'));
  try {
    await copyFile(join(root, '.oxlintrc.json'), join(copy, '.oxlintrc.json'));
    const planted = fenced.flatMap(({ path, pure }) => [
      ...strangersTo(`${path}planted.ts`).map((module, at) => ({ file: `${path}planted-${at}.ts`, module })),
      ...(pure ? [{ file: `${path}impure.ts`, module: 'node:fs' }] : []),
    ]);
    for (const { file, module } of planted) {
      await mkdir(join(copy, dirname(file)), { recursive: true });
      await writeFile(join(copy, file), `import * as planted from '${module}';\nplanted;\n`);
    }
    const linted = await lint(copy);
    for (const { file, module } of planted) assert.ok(linted.has(file), `${file} may import ${module}`);
  } finally {
    await rm(copy, { recursive: true });
  }
});

/** Files with an import that the rules forbid. */
async function lint(folder: string): Promise<ReadonlySet<string>> {
  const oxlint = join(root, 'node_modules/.bin/oxlint');
  const options = { cwd: folder, maxBuffer: 16 * 1024 * 1024 };
  const { stdout } = await promisify(execFile)(oxlint, ['--format=unix', 'src'], options).catch(
    (error: { stdout: string }) => error,
  );
  const lines = stdout.split('\n').filter((line) => line.includes('no-restricted-imports'));
  return new Set(lines.map((line) => line.split(':', 1)[0] ?? ''));
}
