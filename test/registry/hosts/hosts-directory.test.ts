import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, describe, it } from 'node:test';
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
    it: 'spells the port with underscores first',
    files: { 'r.io_5000_/hosts.toml': server('a.io'), 'r.io:5000/hosts.toml': server('b.io') },
    is: ['a.io'],
  },
  {
    it: 'knows the port after a colon',
    files: { 'r.io:5000/hosts.toml': server('b.io'), '_default/hosts.toml': server('c.io') },
    is: ['b.io'],
  },
  {
    it: 'falls back on _default',
    files: { 'r.io/hosts.toml': server('a.io'), '_default/hosts.toml': server('c.io') },
    is: ['c.io'],
  },
  {
    it: 'takes an own folder without hosts.toml for an answer',
    files: { 'r.io:5000/notes.txt': '', '_default/hosts.toml': server('c.io') },
    is: ['r.io:5000'],
  },
  {
    it: 'passes over a broken file and says so',
    files: { 'r.io:5000/hosts.toml': 'server = ' },
    is: ['r.io:5000', 'the file is not TOML'],
  },
  {
    it: 'cannot use a CA that is missing',
    files: { 'r.io:5000/hosts.toml': 'ca = "ca.pem"' },
    is: 'the CA file cannot be read',
  },
  { it: 'cannot use a CA that is none', files: { 'r.io:5000/ca.crt': 'x' }, is: 'the CA file holds no certificate' },
  {
    it: 'cannot use a client certificate without its key',
    files: { 'r.io:5000/a.cert': 'x' },
    is: 'the client certificate and its key do not fit',
  },
  {
    it: 'cannot use a hosts.toml that is a folder',
    files: { 'r.io:5000/hosts.toml/x': '' },
    is: 'the file cannot be read',
  },
];

describe('hostsDirectory', () => {
  for (const { it: sentence, files, is } of cases) {
    it(sentence, async () => {
      const answer = await hostsDirectory(await folderOf(files)).hostsFor('r.io:5000');
      const told =
        answer.kind === 'hosts'
          ? [...answer.hosts.map(({ host }) => host), ...answer.problems.map(({ reason }) => reason)]
          : answer.problem.reason;
      assert.deepEqual(told, is);
    });
  }

  it('answers with the same object until a file changes', async () => {
    const root = await folderOf({ 'r.io/hosts.toml': server('a.io') });
    let now = 0;
    const directory = hostsDirectory(root, () => now);
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

  it('sees a folder that is made later', async () => {
    const root = await folderOf({});
    let now = 0;
    const directory = hostsDirectory(root, () => now);
    await directory.hostsFor('r.io');
    await mkdir(join(root, '_default'));
    await writeFile(join(root, '_default/hosts.toml'), server('a.io'));
    now += 10_000;
    const later = await directory.hostsFor('r.io');
    assert(later.kind === 'hosts');
    assert.equal(later.hosts[0]?.host, 'a.io');
  });

  it('does not leave its folder', async () => {
    const root = await folderOf({ 'hosts.toml': server('outside.io'), 'certs.d/x': '' });
    const answer = await hostsDirectory(join(root, 'certs.d')).hostsFor('..');
    assert(answer.kind === 'hosts');
    assert.notEqual(answer.hosts[0]?.host, 'outside.io');
  });
});
