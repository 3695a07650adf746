import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
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
const plugin = (name: string, fields = ''): string =>
  `- name: ${name}\n  apiVersion: credentialprovider.kubelet.k8s.io/v1\n  matchImages: ["*.io"]\n  defaultCacheDuration: 1m\n${fields}`;

const invalid = [
  { title: 'a text that is not YAML', text: 'a: [', line: 1 },
  { title: 'another kind', text: `${head.replace('CredentialProviderConfig', 'Pod')}${plugin('a')}`, line: 2 },
  { title: 'an unknown field', text: `${head}${plugin('a', '  extra: 1\n')}`, line: 4 },
  { title: 'a name with a path', text: `${head}${plugin('../a')}`, line: 4 },
  { title: 'the name ..', text: `${head}${plugin('..')}`, line: 4 },
  { title: 'a duplicate name', text: `${head}${plugin('a')}${plugin('a')}`, line: 8 },
  { title: 'an invalid duration', text: `${head}${plugin('a').replace('1m', 'soon')}`, line: 7 },
  { title: 'an invalid pattern', text: `${head}${plugin('a').replace('*.io', 'a b')}`, line: 6 },
  {
    title: 'an unknown version of the response',
    text: `${head}${plugin('a').replace('k8s.io/v1', 'k8s.io/v2')}`,
    line: 5,
  },
  { title: 'an empty list of providers', text: head.replace('providers:', 'providers: []'), line: 3 },
];

describe('readProviderConfig', () => {
  test('YAML is read', async () => {
    const fields =
      '  args: [x]\n  env:\n  - {name: A, value: b}\n  - {name: C}\n  tokenAttributes: {serviceAccountTokenAudience: aud, requireServiceAccount: true, optionalServiceAccountAnnotationKeys: [role]}\n';
    const root = await folderOf({ 'c.yaml': `${head}${plugin('ecr', fields)}` });
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

  test('the files of a folder are read in the order of their names', async () => {
    const root = await folderOf({ 'b.yml': `${head}${plugin('b')}`, 'a.json': `${head}${plugin('a')}`, 'c.txt': 'x' });
    const config = await readProviderConfig(root);
    assert(config.kind === 'providers');
    assert.deepEqual(
      config.providers.map(({ name }) => name),
      ['a', 'b'],
    );
  });

  for (const { title, text, line } of invalid) {
    test(`${title} is invalid, with its line`, async () => {
      const file = join(await folderOf({ 'c.yaml': text }), 'c.yaml');
      const config = await readProviderConfig(file);
      assert(config.kind === 'invalid');
      assert.equal(config.file, file);
      assert.equal(config.line, line);
    });
  }

  test('a missing file is invalid', async () => {
    assert.equal((await readProviderConfig('/nowhere/at/all')).kind, 'invalid');
  });

  test('aliases that multiply into too much data are invalid', async () => {
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
