import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, describe, test } from 'node:test';
import { hostsDirectory } from '../../../src/registry/hosts/hosts-directory.ts';

const roots: string[] = [];
after(() => Promise.all(roots.map((root) => rm(root, { recursive: true }))));

async function folderOf(files: Readonly<Record<string, string>>): Promise<string> {
  const root = await mkdtemp(join(tmpdir(), 'certs.d-'));
  roots.push(root);
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), text);
  }
  return root;
}

const server = (host: string): string => `server = "https://${host}"`;

const cases = [
  {
    name: 'prefers the folder with underscores around the port',
    files: { 'r.io_5000_/hosts.toml': server('a.io'), 'r.io:5000/hosts.toml': server('b.io') },
    expected: ['a.io'],
  },
  {
    name: 'prefers the folder with a colon before the port to _default',
    files: { 'r.io:5000/hosts.toml': server('b.io'), '_default/hosts.toml': server('c.io') },
    expected: ['b.io'],
  },
  {
    name: 'falls back to _default',
    files: { 'r.io/hosts.toml': server('a.io'), '_default/hosts.toml': server('c.io') },
    expected: ['c.io'],
  },
  {
    name: 'does not fall back to _default if the registry has a folder without hosts.toml',
    files: { 'r.io:5000/notes.txt': '', '_default/hosts.toml': server('c.io') },
    expected: ['r.io:5000'],
  },
  {
    name: 'ignores an invalid file and reports it',
    files: { 'r.io:5000/hosts.toml': 'server = ' },
    expected: ['r.io:5000', 'the file is not valid TOML'],
  },
  {
    name: 'reports a missing CA file',
    files: { 'r.io:5000/hosts.toml': 'ca = "ca.pem"' },
    expected: 'the CA file cannot be read',
  },
  {
    name: 'reports a CA file without a certificate',
    files: { 'r.io:5000/ca.crt': 'x' },
    expected: 'the CA file contains no certificate',
  },
  {
    name: 'reports a client certificate without a key',
    files: { 'r.io:5000/a.cert': 'x' },
    expected: 'the client certificate and its key do not match',
  },
  {
    name: 'reports a client certificate that is an empty file',
    files: { 'r.io:5000/hosts.toml': 'client = "/dev/null"' },
    expected: 'the client certificate and its key do not match',
  },
  {
    name: 'reads field names in any case',
    files: { 'r.io:5000/hosts.toml': 'Server = "https://a.io"' },
    expected: ['a.io'],
  },
  {
    name: 'ignores a file that starts with a byte order mark',
    files: { 'r.io:5000/hosts.toml': `\uFEFF${server('a.io')}` },
    expected: ['r.io:5000', 'the file starts with a byte order mark'],
  },
  {
    name: 'ignores a file whose header is not a table',
    files: { 'r.io:5000/hosts.toml': `${server('a.io')}\nheader = "x"` },
    expected: ['r.io:5000', 'header must be a table of strings'],
  },
  {
    name: 'takes a name that begins with http for a scheme, so that it has no host',
    files: { 'r.io:5000/hosts.toml': `${server('a.io')}\n[host."http-mirror:5000"]` },
    expected: ['', 'a.io'],
  },
  {
    name: 'takes the registry itself if its server has no host',
    files: { 'r.io:5000/hosts.toml': 'server = "http-mirror:5000"' },
    expected: ['r.io:5000'],
  },
  {
    name: 'reports a hosts.toml that is a folder',
    files: { 'r.io:5000/hosts.toml/x': '' },
    expected: 'the file cannot be read',
  },
];

describe('hostsDirectory', () => {
  for (const { name, files, expected } of cases) {
    test(name, async () => {
      const answer = await hostsDirectory([await folderOf(files)]).hostsFor('r.io:5000');
      const result =
        answer.kind === 'hosts'
          ? [...answer.hosts.map(({ host }) => host), ...answer.problems.map(({ reason }) => reason)]
          : answer.problem.reason;
      assert.deepEqual(result, expected);
    });
  }

  test('returns the same object until a file changes', async () => {
    const root = await folderOf({ 'r.io/hosts.toml': server('a.io') });
    let now = 0;
    const directory = hostsDirectory([root], { now: () => now });
    const first = await directory.hostsFor('r.io');
    now += 10_000;
    assert.equal(await directory.hostsFor('r.io'), first);
    await writeFile(join(root, 'r.io/hosts.toml'), server('longer.io'));
    assert.equal(await directory.hostsFor('r.io'), first);
    now += 10_000;
    const later = await directory.hostsFor('r.io');
    assert(later.kind === 'hosts');
    assert.equal(later.hosts[0]?.host, 'longer.io');
  });

  test('notices a folder that is created later', async () => {
    const root = await folderOf({});
    let now = 0;
    const directory = hostsDirectory([root], { now: () => now });
    await directory.hostsFor('r.io');
    await mkdir(join(root, '_default'));
    await writeFile(join(root, '_default/hosts.toml'), server('a.io'));
    now += 10_000;
    const later = await directory.hostsFor('r.io');
    assert(later.kind === 'hosts');
    assert.equal(later.hosts[0]?.host, 'a.io');
  });

  test('never reads outside its folder', async () => {
    const root = await folderOf({ 'hosts.toml': server('outside.io'), 'certs.d/x': '' });
    const answer = await hostsDirectory([join(root, 'certs.d')]).hostsFor('..');
    assert(answer.kind === 'hosts');
    assert.notEqual(answer.hosts[0]?.host, 'outside.io');
  });
});
