import assert from 'node:assert/strict';
import { once, EventEmitter } from 'node:events';
import { mkdir, mkdtemp, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { soon } from '../support/soon.ts';
import { fileSource } from '../../src/tls/file-source.ts';
import { createAuthority, issueLeaf } from '../../src/tls/issue.ts';
import type { Certificate } from '../../src/tls/source.ts';
import type { SourceProblem } from '../../src/tls/watched-source.ts';

const validity = { now: Date.now(), lifetimeMs: 86_400_000 };
const authority = await createAuthority(validity);
const [one, two] = await Promise.all([leaf(), leaf()]);

function leaf(): Promise<Certificate> {
  return issueLeaf(authority, { ...validity, names: ['localhost'] });
}

/** A mounted Secret: its files are links into `..data`, which is a link that the kubelet replaces. */
async function mount(): Promise<{ directory: string; swap(data: Certificate): Promise<void> } & AsyncDisposable> {
  const directory = await mkdtemp(join(tmpdir(), 'pullgate-tls-'));
  let count = 0;
  await symlink('..data/tls.crt', join(directory, 'tls.crt'));
  await symlink('..data/tls.key', join(directory, 'tls.key'));
  return {
    directory,
    async swap({ cert, key }) {
      const version = `..version-${count++}`;
      await mkdir(join(directory, version));
      await writeFile(join(directory, version, 'tls.crt'), cert);
      await writeFile(join(directory, version, 'tls.key'), key);
      await symlink(version, join(directory, '..data_tmp'));
      await rename(join(directory, '..data_tmp'), join(directory, '..data'));
    },
    [Symbol.asyncDispose]: () => rm(directory, { recursive: true }),
  };
}

describe('fileSource', () => {
  test('a new certificate is used only with its own key', async () => {
    await using secret = await mount();
    await secret.swap(one);
    const news = new EventEmitter();
    const files = { cert: join(secret.directory, 'tls.crt'), key: join(secret.directory, 'tls.key') };
    const onBroken = (problem: SourceProblem): boolean => news.emit('broken', problem);
    const source = await fileSource({ ...files, everyMs: 5, onBroken }, AbortSignal.timeout(60_000));
    assert.ok(typeof source !== 'string');
    source.onChange((certificate) => news.emit('changed', certificate));
    assert.equal(source.current().cert, one.cert);

    const broken = once(news, 'broken', soon());
    await secret.swap({ cert: two.cert, key: one.key });
    assert.deepEqual(await broken, ['no-pair']);
    assert.equal(source.current().cert, one.cert);

    const changed = once(news, 'changed', soon());
    await secret.swap(two);
    assert.deepEqual(await changed, [two]);
    assert.deepEqual(source.current(), two);
    source.close();
  });

  const starts: readonly { title: string; data?: Certificate; problem: SourceProblem }[] = [
    { title: 'missing files', problem: 'unreadable' },
    { title: 'a key of another certificate', data: { cert: one.cert, key: two.key }, problem: 'no-pair' },
    { title: 'invalid files', data: { cert: 'rubbish', key: '' }, problem: 'no-pair' },
  ];
  for (const { title, data, problem } of starts) {
    test(`the start fails with the problem ${problem} for ${title}`, async () => {
      await using secret = await mount();
      if (data !== undefined) await secret.swap(data);
      const files = { cert: join(secret.directory, 'tls.crt'), key: join(secret.directory, 'tls.key') };
      assert.equal(await fileSource(files, AbortSignal.timeout(60_000)), problem);
    });
  }
});
