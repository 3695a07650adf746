import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { promisify } from 'node:util';
import { parse, parseAllDocuments } from 'yaml';
import packageJson from '../../package.json' with { type: 'json' };
import { controlPlaneAvailable } from '../support/control-plane/assets.ts';
import { helm, helmProgram, needsHelm } from '../support/helm.ts';

const root = join(import.meta.dirname, '../..');
const run = promisify(execFile);
const { version } = packageJson;
const plane = await controlPlaneAvailable();
const { skip: withoutHelm } = await needsHelm();
const withoutPlane = plane.kind === 'absent' ? plane.reason : undefined;
const withoutGit = existsSync(join(root, '.git')) ? undefined : 'no git checkout';
const skip = withoutHelm ?? withoutPlane ?? withoutGit;

interface KrewManifest {
  readonly metadata: { readonly name: string };
  readonly spec: {
    readonly version: string;
    readonly platforms: readonly { readonly uri: string; readonly sha256: string; readonly bin: string }[];
  };
}

describe('a release', { ...(skip !== undefined && { skip }) }, () => {
  let folder: string;
  let release: string;

  before(async () => {
    assert.ok(plane.kind === 'available');
    folder = await mkdtemp(join(tmpdir(), 'pullgate-release-'));
    const checkout = join(folder, 'checkout');
    // The checkout may belong to another user.
    const gitConfig = join(folder, 'gitconfig');
    await writeFile(gitConfig, '[safe]\n\tdirectory = *\n');
    const common = { ...process.env, GIT_CONFIG_GLOBAL: gitConfig };
    await run('git', ['clone', '--quiet', root, checkout], { env: common });
    await symlink(join(root, 'node_modules'), join(checkout, 'node_modules'));
    const env = { ...common, HELM: helmProgram('v4'), KUBECTL: plane.assets.kubectl };
    await run(join(checkout, 'scripts/release.sh'), [], { cwd: checkout, env });
    release = join(checkout, 'release');
  });
  after(async () => rm(folder, { recursive: true, force: true }));

  test('has all files, and their checksums', async () => {
    const sums = (await readFile(join(release, 'SHA256SUMS'), 'utf8')).trimEnd().split('\n');
    const expected = [
      'NOTES.md',
      'install-audit.yaml',
      'install-base.yaml',
      'install-enforce.yaml',
      'install-strict.yaml',
      `pullgate-${version}-source.tar.gz`,
      `pullgate-${version}.cdx.json`,
      `pullgate-chart-${version}.tgz`,
      'krew.yaml',
      `pullgate-kubectl-${version}.tar.gz`,
      `pullgate-npm-${version}.tgz`,
    ];
    assert.deepEqual(new Set(sums.map((line) => line.split('  ')[1])), new Set(expected));
    assert.deepEqual((await readdir(release)).toSorted(), [...expected, 'SHA256SUMS'].toSorted());
    for (const line of sums) {
      const [sum, name = ''] = line.split('  ');
      const hash = createHash('sha256').update(await readFile(join(release, name)));
      assert.equal(hash.digest('hex'), sum, name);
    }
  });

  test('has install files with the image of this version, and notes', async () => {
    for (const mode of ['audit', 'base', 'enforce', 'strict']) {
      const text = await readFile(join(release, `install-${mode}.yaml`), 'utf8');
      assert.ok(parseAllDocuments(text).length > 10, mode);
      assert.match(text, new RegExp(`image: ghcr.io/pullgate/pullgate:${RegExp.escape(version)}\n`));
    }
    assert.match(await readFile(join(release, 'NOTES.md'), 'utf8'), /### Added/);
  });

  test('has a chart that Helm renders with the image of this version', async () => {
    const { code, stdout } = await helm('v4', ['template', join(release, `pullgate-chart-${version}.tgz`)]);
    assert.equal(code, 0);
    assert.match(stdout, new RegExp(`image: "?ghcr.io/pullgate/pullgate:${RegExp.escape(version)}`));
  });

  test('has an SBOM with every dependency that is shipped, and none of the others', async () => {
    const text = await readFile(join(release, `pullgate-${version}.cdx.json`), 'utf8');
    const { bomFormat, components } = JSON.parse(text) as { bomFormat: string; components: { name: string }[] };
    const names = new Set(components.map(({ name }) => name));
    assert.equal(bomFormat, 'CycloneDX');
    for (const name of Object.keys(packageJson.dependencies)) assert.ok(names.has(name), name);
    for (const name of ['typescript', 'prettier']) assert.ok(!names.has(name), name);
  });

  test('has an npm package whose program runs', async () => {
    const unpacked = await mkdtemp(join(folder, 'npm-'));
    await run('tar', ['-xzf', join(release, `pullgate-npm-${version}.tgz`), '-C', unpacked]);
    await symlink(join(root, 'node_modules'), join(unpacked, 'package/node_modules'));
    const program = join(unpacked, 'package/dist/main.js');
    assert.equal((await run(process.execPath, [program, '--version'])).stdout.trim(), version);
    assert.ok(!(await readdir(join(unpacked, 'package/dist'))).some((name) => name.endsWith('.map')));
  });

  test('has a plugin for kubectl that runs from a link to it, as krew installs it', async () => {
    const { metadata, spec } = parse(await readFile(join(release, 'krew.yaml'), 'utf8')) as KrewManifest;
    const archive = join(release, `pullgate-kubectl-${version}.tar.gz`);
    const [platform] = spec.platforms;
    assert.ok(platform);
    assert.deepEqual([metadata.name, spec.version], ['pullgate', `v${version}`]);
    assert.equal(
      createHash('sha256')
        .update(await readFile(archive))
        .digest('hex'),
      platform.sha256,
    );
    assert.ok(platform.uri.endsWith(`/v${version}/pullgate-kubectl-${version}.tar.gz`));
    const unpacked = await mkdtemp(join(folder, 'krew-'));
    await run('tar', ['-xzf', archive, '-C', unpacked]);
    await symlink(join(unpacked, platform.bin), join(unpacked, 'kubectl-pullgate'));
    const env = { PATH: `${unpacked}:${process.env['PATH']}` };
    const { stdout } = await run('kubectl-pullgate', ['explain', '--help'], { env });
    assert.match(stdout, /^Usage: kubectl pullgate explain/);
  });

  test('has the source, with the Containerfile', async () => {
    const { stdout } = await run('tar', ['-tzf', join(release, `pullgate-${version}-source.tar.gz`)]);
    for (const name of ['Containerfile', 'package-lock.json', 'src/main.ts'])
      assert.ok(stdout.includes(`pullgate-${version}/${name}\n`), name);
  });
});
