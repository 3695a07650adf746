import assert from 'node:assert/strict';
import { access, readdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { readConfig } from '../../src/config/read-config.ts';

const root = join(import.meta.dirname, '../..');
const pages = [
  'README.md',
  'CONTRIBUTING.md',
  'CHANGELOG.md',
  'manifests/chart/README.md',
  ...(await pagesIn('docs')),
  ...(await pagesIn('docs/decisions')),
  ...(await readmesIn('src')),
  ...(await readmesIn('test')),
  'certs/README.md',
];

async function readmesIn(folder: string): Promise<readonly string[]> {
  const paths = await readdir(join(root, folder), { recursive: true });
  return paths.filter((path) => /(^|\/)README\.md$/.test(path)).map((path) => `${folder}/${path}`);
}

async function pagesIn(folder: string): Promise<readonly string[]> {
  const names = await readdir(join(root, folder));
  return names.filter((name) => name.endsWith('.md')).map((name) => `${folder}/${name}`);
}

function parts(text: string, pattern: RegExp): readonly string[] {
  return [...text.matchAll(pattern)].map(([, part = '']) => part);
}

/** The anchor that a Markdown renderer gives a heading. */
function anchorOf(heading: string): string {
  return heading
    .toLowerCase()
    .replaceAll(/[^\w -]/g, '')
    .replaceAll(' ', '-');
}

for (const page of pages) {
  const text = await readFile(join(root, page), 'utf8');

  test(`${page}: every configuration is valid`, () => {
    for (const yaml of parts(text, /```yaml\n([^`]*)```/g).filter((yaml) => yaml.includes('PullgateConfiguration'))) {
      const result = readConfig({ name: page, text: yaml });
      assert.equal(result.kind === 'invalid' ? result.problem : '', '');
    }
  });

  test(`${page}: every link within the project leads somewhere`, async () => {
    for (const link of parts(text, /\]\((?!https:)([^)\s]+)\)/g)) {
      const [path = '', anchor] = link.split('#');
      const target = path === '' ? join(root, page) : join(root, dirname(page), path);
      await access(target);
      if (anchor === undefined) continue;
      const headings = parts(await readFile(target, 'utf8'), /^#+ (.+)$/gm).map(anchorOf);
      assert.ok(headings.includes(anchor), link);
    }
  });

  test(`${page}: every file of the project that it names is there`, async () => {
    for (const path of parts(text, /`((?:src|test|docs|manifests|scripts|certs|\.github|\.ci)\/[\w./-]*\w)\/?`/g)) {
      // That page names files of other projects too.
      if (page !== 'docs/mirrors.md' || /^(src|test)\//.test(path)) await access(join(root, path));
    }
  });

  test(`${page}: every npm script, overlay and component that it names is there`, async () => {
    const { scripts } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as { scripts: object };
    for (const name of parts(text, /npm run ([a-z:]+)/g)) assert.ok(Object.hasOwn(scripts, name), name);
    for (const path of parts(text, /\b(manifests\/[\w./-]*\w)/g)) await access(join(root, path));
  });
}

test('docs/security.md: every threat has a test of that name', async () => {
  const text = await readFile(join(root, 'docs/security.md'), 'utf8');
  const proofs = [...text.matchAll(/`(test\/[^`]+\.test\.ts)`: (.+) \|$/gm)];
  assert.ok(proofs.length > 20);
  for (const [, file = '', sentence = ''] of proofs) {
    const source = await readFile(join(root, file), 'utf8');
    assert.ok(source.includes(sentence), `${file}: ${sentence}`);
  }
});
