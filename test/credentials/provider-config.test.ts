import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { readProviderConfig } from '../../src/credentials/provider-config.ts';

const roots: string[] = [];
after(() => Promise.all(roots.map((root) => rm(root, { recursive: true }))));

async function folderOf(files: Readonly<Record<string, string>>): Promise<string> {
  const root = await mkdtemp(join(tmpdir(), 'providers-'));
  roots.push(root);
  for (const [name, text] of Object.entries(files)) await writeFile(join(root, name), text);
  return root;
}

const head = 'apiVersion: kubelet.config.k8s.io/v1\nkind: CredentialProviderConfig\nproviders:\n';
const plugin = (name: string, more = ''): string =>
  `- name: ${name}\n  apiVersion: credentialprovider.kubelet.k8s.io/v1\n  matchImages: ["*.io"]\n  defaultCacheDuration: 1m\n${more}`;

const invalid = [
  { it: 'text that is no YAML', text: 'a: [', line: 1 },
  { it: 'another kind', text: `${head.replace('CredentialProviderConfig', 'Pod')}${plugin('a')}`, line: 2 },
  { it: 'a field that it does not know', text: `${head}${plugin('a', '  extra: 1\n')}`, line: 4 },
  { it: 'a name that leads out of the folder', text: `${head}${plugin('../a')}`, line: 4 },
  { it: 'the name ..', text: `${head}${plugin('..')}`, line: 4 },
  { it: 'a name that is given twice', text: `${head}${plugin('a')}${plugin('a')}`, line: 8 },
  { it: 'a duration that is none', text: `${head}${plugin('a').replace('1m', 'soon')}`, line: 7 },
  { it: 'a pattern that does not parse', text: `${head}${plugin('a').replace('*.io', 'a b')}`, line: 6 },
  { it: 'another response version', text: `${head}${plugin('a').replace('k8s.io/v1', 'k8s.io/v2')}`, line: 5 },
  { it: 'no providers', text: head.replace('providers:', 'providers: []'), line: 3 },
];

describe('readProviderConfig', () => {
  it('reads YAML', async () => {
    const more =
      '  args: [x]\n  env:\n  - {name: A, value: b}\n  - {name: C}\n  tokenAttributes: {serviceAccountTokenAudience: aud, requireServiceAccount: true, optionalServiceAccountAnnotationKeys: [role]}\n';
    const root = await folderOf({ 'c.yaml': `${head}${plugin('ecr', more)}` });
    const config = await readProviderConfig(join(root, 'c.yaml'));
    assert(config.kind === 'providers');
    assert.deepEqual(config.providers, [
      {
        name: 'ecr',
        apiVersion: 'credentialprovider.kubelet.k8s.io/v1',
        matchImages: ['*.io'],
        defaultCacheMs: 60_000,
        args: ['x'],
        env: { A: 'b', C: '' },
        token: { audience: 'aud', required: true, requiredAnnotations: [], optionalAnnotations: ['role'] },
      },
    ]);
  });

  it('reads a folder in the order of its names', async () => {
    const root = await folderOf({ 'b.yml': `${head}${plugin('b')}`, 'a.json': `${head}${plugin('a')}`, 'c.txt': 'x' });
    const config = await readProviderConfig(root);
    assert(config.kind === 'providers');
    assert.deepEqual(
      config.providers.map(({ name }) => name),
      ['a', 'b'],
    );
  });

  for (const { it: what, text, line } of invalid) {
    it(`refuses ${what}, and says where`, async () => {
      const file = join(await folderOf({ 'c.yaml': text }), 'c.yaml');
      const config = await readProviderConfig(file);
      assert(config.kind === 'invalid');
      assert.equal(config.file, file);
      assert.equal(config.line, line);
    });
  }

  it('says that a file is missing', async () => {
    assert.equal((await readProviderConfig('/nowhere/at/all')).kind, 'invalid');
  });

  it('survives aliases that multiply without end', async () => {
    const bomb = [
      'a: &a [x, x, x, x, x, x, x, x, x]',
      ...'bcdefgh'
        .split('')
        .map((name, at) => `${name}: &${name} [${Array.from({ length: 9 }, () => `*${'abcdefg'[at]}`).join(', ')}]`),
    ];
    const config = await readProviderConfig(join(await folderOf({ 'c.yaml': bomb.join('\n') }), 'c.yaml'));
    assert.equal(config.kind, 'invalid');
  });
});
