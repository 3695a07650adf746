import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { promisify } from 'node:util';
import { publicRegistry } from '../support/registries.ts';
import { startScript } from '../support/scripted-registry/start.ts';

const root = join(import.meta.dirname, '../..');
const run = promisify(execFile);

/** The first TypeScript example on a page of the documentation. */
async function exampleOf(page: string): Promise<string> {
  const text = await readFile(join(root, 'docs', page), 'utf8');
  const [, code] = /```ts\n([^]*?)```/.exec(text) ?? [];
  assert.ok(code, `${page} has no example`);
  return code;
}

describe('the packed tarball', () => {
  let project: string;

  before(async () => {
    project = await mkdtemp(join(tmpdir(), 'pullgate-package-'));
    await run('npm', ['run', 'build'], { cwd: root });
    await run('npm', ['pack', '--pack-destination', project], { cwd: root });
    const [tarball = ''] = (await readdir(project)).filter((name) => name.endsWith('.tgz'));
    await run('tar', ['-xzf', tarball], { cwd: project });
    // The dependencies are those of the checkout. The lockfile defines their versions.
    await mkdir(join(project, 'node_modules'));
    for (const name of await readdir(join(root, 'node_modules'))) {
      if (!name.startsWith('.')) await symlink(join(root, 'node_modules', name), join(project, 'node_modules', name));
    }
    await rename(join(project, 'package'), join(project, 'node_modules/pullgate'));
    await writeFile(join(project, 'package.json'), '{ "type": "module" }');
  });
  after(async () => rm(project, { recursive: true, force: true }));

  test('contains only the program, the manifests and their documentation', async () => {
    const files = await readdir(join(project, 'node_modules/pullgate'));
    assert.deepEqual(files.toSorted(), ['LICENSE', 'README.md', 'dist', 'manifests', 'package.json']);
  });

  test('runs the example of docs/library.md, which finds a missing tag and allows a good one', async () => {
    await using running = await startScript(publicRegistry());
    const host = String(running.symbols['registry']);
    const example = (await exampleOf('library.md')).replace(
      "settings: { platforms: ['linux/amd64'] }",
      "settings: { platforms: ['linux/amd64'], network: { allowLoopback: true } }",
    );
    for (const [image, output] of [
      [`${host}/team/app:v1`, /^allowed\n$/],
      [`${host}/team/app:v9`, /^Deployment shop\/web, container "app": wrong reference\. .* has no tag "v9"/],
    ] as const) {
      const file = join(project, 'example.mjs');
      await writeFile(file, example.replace('registry.example.com/shop/web:1.4.2', image));
      const { stdout } = await run(process.execPath, [file], { cwd: project });
      assert.match(stdout, output);
    }
  });

  test('has types for the example of docs/library.md', async () => {
    await writeFile(join(project, 'example.ts'), `${await exampleOf('library.md')}\nexport {};\n`);
    const compilerOptions = { module: 'nodenext', target: 'es2024', lib: ['esnext'], strict: true, noEmit: true };
    const options = { compilerOptions: { ...compilerOptions, types: ['node'] }, include: ['example.ts'] };
    await writeFile(join(project, 'tsconfig.json'), JSON.stringify(options));
    const tsc = join(root, 'node_modules/typescript/bin/tsc');
    await run(process.execPath, [tsc, '-p', project]).catch((error: { stdout: string }) => assert.fail(error.stdout));
  });
});
