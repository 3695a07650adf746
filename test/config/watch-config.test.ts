import assert from 'node:assert/strict';
import { EventEmitter, once } from 'node:events';
import { mkdir, mkdtemp, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test, type TestContext } from 'node:test';
import { loadConfig } from '../../src/config/load-config.ts';
import { watchConfig } from '../../src/config/watch-config.ts';

function configText(profile: string): string {
  return `apiVersion: pullgate.dev/v1alpha1\nkind: PullgateConfiguration\nprofile: ${profile}\n`;
}

/** Makes a folder as the kubelet mounts a ConfigMap: the file is a link into `..data`, which is a link to a folder. */
async function mountedConfig(t: TestContext): Promise<{ path: string; swap: (text: string) => Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), 'pullgate-'));
  t.after(() => rm(folder, { recursive: true }));
  const path = join(folder, 'config.yaml');
  let version = 0;
  async function swap(text: string): Promise<void> {
    version += 1;
    const name = `..${version}`;
    await mkdir(join(folder, name));
    await writeFile(join(folder, name, 'config.yaml'), text);
    await symlink(name, join(folder, '..data_tmp'));
    await rename(join(folder, '..data_tmp'), join(folder, '..data'));
  }
  await swap(configText('balanced'));
  await symlink('..data/config.yaml', path);
  return { path, swap };
}

describe('watching the config file', () => {
  test('follows a ConfigMap, reports an invalid config once, and recovers', { timeout: 120_000 }, async (t) => {
    const { path, swap } = await mountedConfig(t);
    const reported: string[] = [];
    const events = new EventEmitter();
    function report(text: string): void {
      reported.push(text);
      events.emit('report');
    }
    const stop = new AbortController();
    const keepAlive = setInterval(() => undefined, 1_000);
    const watching = watchConfig(
      {
        path,
        overrides: { flags: { deep: true } },
        everyMs: 5,
        text: await readFile(path, 'utf8'),
        onConfig: ({ profile, deep }) => report(`${profile} ${deep}`),
        onProblem: report,
      },
      stop.signal,
    );
    for (const step of [
      () => swap(configText('strict')),
      () => swap(configText('none')),
      () => swap(configText('audit')),
      () => rm(path),
      () => symlink('..data/config.yaml', path),
    ]) {
      const nextReport = once(events, 'report');
      await step();
      await nextReport;
    }
    stop.abort();
    await watching;
    clearInterval(keepAlive);
    assert.deepEqual(reported, [
      'strict true',
      `${path}:3: profile: expected one of audit, balanced, strict, found "none"`,
      'audit true',
      `${path}: cannot be read (no such file or folder)`,
      'audit true',
    ]);
  });
});

const unreadable: readonly { readonly it: string; readonly path: string; readonly problem: RegExp }[] = [
  {
    it: 'reports a missing file',
    path: '/nonexistent/c.yaml',
    problem: /^\/nonexistent\/c\.yaml: cannot be read \(no such file or folder\)$/,
  },
  { it: 'reports a folder', path: tmpdir(), problem: /cannot be read \(it is a folder\)$/ },
];

describe('loading the config file', () => {
  for (const { it, path, problem } of unreadable) {
    test(it, async () => {
      const result = await loadConfig(path, {});
      assert.equal(result.kind, 'invalid');
      assert.match(result.problem, problem);
    });
  }
});
