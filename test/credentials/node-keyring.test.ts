import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { nodeDockerConfig } from '../../src/credentials/node-docker-config.ts';
import { nodeKeyring } from '../../src/credentials/node-keyring.ts';
import type { Provider } from '../../src/credentials/provider.ts';
import { providerPlugin } from '../../src/credentials/provider-plugin.ts';
import type { Accounts } from '../../src/credentials/plugin-request.ts';
import { Redacted } from '../../src/lib/redacted.ts';

const roots: string[] = [];
after(() => Promise.all(roots.map((root) => rm(root, { recursive: true }))));

async function folder(): Promise<string> {
  const root = await mkdtemp(join(tmpdir(), 'node-'));
  roots.push(root);
  return root;
}

const apiVersion = 'credentialprovider.kubelet.k8s.io/v1';
const pod = { namespace: 'team', name: 'p', serviceAccount: 'builder' };
const image = { registry: 'r.io', repository: 'team/app', tag: 'v1' };
const never = new AbortController().signal;

function answer(changes: Readonly<Record<string, unknown>> = {}): string {
  const auth = { 'r.io': { username: 'alice', password: 's3cret' } };
  const response = { kind: 'CredentialProviderResponse', apiVersion, cacheKeyType: 'Image', cacheDuration: '0s', auth };
  return `echo '${JSON.stringify({ ...response, ...changes })}'`;
}

/** A good answer that says one field more, which it has said already. */
function twice(field: string, value: string): string {
  return answer().replace(/\}'$/, `,"${field}":${value}}'`);
}

/** A plugin of this script, which counts its runs in a file. */
async function pluginOf(script: string, changes: Partial<Provider> = {}, accounts?: Accounts, timeoutMs = 5_000) {
  const binDir = await folder();
  const runs = join(binDir, 'runs');
  await writeFile(join(binDir, 'plugin'), `#!/bin/sh\necho run >>${runs}\n${script}\n`, { mode: 0o755 });
  const provider = {
    name: 'plugin',
    apiVersion,
    matchImages: ['r.io'],
    defaultCacheMs: 0,
    args: [],
    env: {},
    ...changes,
  } as const;
  const plugin = providerPlugin(provider, {
    binDir,
    env: { PATH: '/usr/bin:/bin' },
    timeoutMs,
    ...(accounts && { accounts }),
  });
  const count = async (): Promise<number> => (await readFile(runs, 'utf8').catch(() => '')).split('\n').length - 1;
  return { plugin, count, binDir };
}

function account(name: string, annotations: Readonly<Record<string, string>>) {
  return { kind: 'found', value: { name, imagePullSecrets: [], annotations } } as const;
}

async function told(plugin: ReturnType<typeof providerPlugin>): Promise<readonly string[]> {
  const { credentials, undecided } = await nodeKeyring(undefined, [plugin]).lookup(image, pod, never);
  const names = credentials.map((credential) => (credential.kind === 'basic' ? credential.username : 'anonymous'));
  return [...names, ...undecided.map(({ reason }) => reason)];
}

const cases = [
  { it: 'gives what a plugin answers', script: `cat >/dev/null\n${answer()}`, is: ['alice'] },
  {
    it: 'asks for the image without its tag',
    script: `grep -q '"image":"r.io/team/app"' || exit 1\n${answer()}`,
    is: ['alice'],
  },
  { it: 'need not be read', script: answer(), is: ['alice'] },
  {
    it: 'passes over a key for another host',
    script: answer({ auth: { 'other.io': { username: 'u', password: 'p' } } }),
    is: [],
  },
  { it: 'takes no auth for nothing', script: answer({ auth: null }), is: [] },
  { it: 'leaves a crash undecided', script: 'exit 1', is: ['crashed'] },
  { it: 'leaves rubbish undecided', script: 'echo rubbish', is: ['bad-answer'] },
  { it: 'leaves another version undecided', script: answer({ apiVersion: `${apiVersion}alpha1` }), is: ['bad-answer'] },
  { it: 'leaves another kind undecided', script: answer({ kind: 'Other' }), is: ['bad-answer'] },
  { it: 'leaves a field too many undecided', script: answer({ extra: 1 }), is: ['bad-answer'] },
  { it: 'leaves an unknown cache key type undecided', script: answer({ cacheKeyType: 'Node' }), is: ['bad-answer'] },
  { it: 'leaves a field that is written twice undecided', script: twice('auth', '{}'), is: ['bad-answer'] },
  {
    it: 'leaves an entry that is written twice undecided',
    script: `echo '{"kind":"CredentialProviderResponse","apiVersion":"${apiVersion}","cacheKeyType":"Image","auth":{"r.io":{},"r.io":{}}}'`,
    is: ['bad-answer'],
  },
  {
    it: 'leaves an entry that is no object undecided',
    script: answer({ auth: { 'r.io': { username: 'alice', password: 's3cret' }, 'other.io': 'x' } }),
    is: ['bad-answer'],
  },
  {
    it: 'takes null for a user name that is empty',
    script: answer({ auth: { 'r.io': { username: null, password: null } } }),
    is: ['anonymous'],
  },
  {
    it: 'leaves a cache duration that no clock holds undecided',
    script: answer({ cacheDuration: '9999999h' }),
    is: ['bad-answer'],
  },
  { it: 'leaves an answer without end undecided', script: 'yes', is: ['bad-answer'] },
];

/** A killed orphan may stay a zombie until it is reaped: that does not count. */
async function isRunning(pid: number): Promise<boolean> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  return stat !== '' && !/\) [ZX] /.test(stat);
}

describe('the node’s keyring', () => {
  for (const { it: sentence, script, is } of cases) {
    it(sentence, async () => {
      const { plugin } = await pluginOf(script);
      assert.deepEqual(await told(plugin), is);
    });
  }

  it('leaves a plugin that hangs undecided, and ends it with its children', { timeout: 10_000 }, async () => {
    const { plugin, binDir } = await pluginOf('sleep 60 & echo $! >"$0.child"; wait', {}, undefined, 1_000);
    assert.deepEqual(await told(plugin), ['timeout']);
    const child = Number(await readFile(join(binDir, 'plugin.child'), 'utf8'));
    while (await isRunning(child)) await setTimeout(5);
  });

  it('leaves a plugin that is not there undecided', async () => {
    const { plugin } = await pluginOf('', { name: 'missing' });
    assert.deepEqual(await told(plugin), ['crashed']);
  });

  it('does not ask a plugin for images that it does not match', async () => {
    const { plugin, count } = await pluginOf(answer(), { matchImages: ['other.io'] });
    assert.deepEqual(await told(plugin), []);
    assert.equal(await count(), 0);
  });

  it('asks once for many who want the same at once', async () => {
    const { plugin, count } = await pluginOf(`sleep 0.1\n${answer({ cacheDuration: '1h' })}`);
    const all = await Promise.all(Array.from({ length: 20 }, () => told(plugin)));
    assert.deepEqual(
      all,
      Array.from({ length: 20 }, () => ['alice']),
    );
    assert.equal(await count(), 1);
  });

  it('remembers an answer for the registry', async () => {
    const { plugin, count } = await pluginOf(answer({ cacheKeyType: 'Registry', cacheDuration: '1h' }));
    await plugin.provide('r.io/a', pod, never);
    await plugin.provide('r.io/b', pod, never);
    assert.equal(await count(), 1);
  });

  it('asks for each image where an answer for all is not to be kept', async () => {
    const { plugin, count } = await pluginOf(answer({ cacheKeyType: 'Global', cacheDuration: '0s' }));
    await plugin.provide('r.io/a', pod, never);
    await plugin.provide('r.io/b', pod, never);
    assert.equal(await count(), 2);
  });

  it('asks for an image of which an answer for the registry says nothing', async () => {
    const auth = { 'r.io/a': { username: 'alice', password: 's3cret' } };
    const { plugin, count } = await pluginOf(answer({ cacheKeyType: 'Registry', cacheDuration: '1h', auth }));
    for (const image of ['r.io/a', 'r.io/b', 'r.io/b', 'r.io/a']) await plugin.provide(image, pod, never);
    assert.equal(await count(), 2);
  });

  it('gives a plugin its arguments and variables beside those of the process', async () => {
    const script = `[ "$1$A" = xb ] && [ -n "$PATH" ] || exit 1\n${answer()}`;
    const { plugin } = await pluginOf(script, { args: ['x'], env: { A: 'b' } });
    assert.deepEqual(await told(plugin), ['alice']);
  });

  it('lets a caller go whose time is over', async () => {
    const { plugin } = await pluginOf(`sleep 0.2\n${answer()}`);
    const signal = AbortSignal.timeout(20);
    await assert.rejects(nodeKeyring(undefined, [plugin]).lookup(image, pod, signal), { name: 'TimeoutError' });
  });

  const token = { audience: 'aud', required: true, requiredAnnotations: [], optionalAnnotations: [] };
  const wantsToken = { token };
  const needsToken = `grep -q '"serviceAccountToken":"team-builder-aud"' || exit 1\n${answer()}`;
  const accounts: Accounts = {
    tokens: {
      token: (namespace, account, audience) =>
        Promise.resolve({
          kind: 'found',
          value: { token: new Redacted(`${namespace}-${account}-${audience}`), expiresAt: 0 },
        }),
    },
    cluster: { serviceAccount: (_, name) => Promise.resolve(account(name, { role: name, other: 'x' })) },
  };

  it('gives a plugin the token that it wants', async () => {
    const { plugin } = await pluginOf(needsToken, wantsToken, accounts);
    assert.deepEqual(await told(plugin), ['alice']);
  });

  it('never gives what one ServiceAccount’s token brought to another', async () => {
    const { plugin, count } = await pluginOf(
      answer({ cacheKeyType: 'Global', cacheDuration: '1h' }),
      wantsToken,
      accounts,
    );
    await plugin.provide('r.io/a', pod, never);
    await plugin.provide('r.io/a', { ...pod, serviceAccount: 'other' }, never);
    await plugin.provide('r.io/a', { ...pod, namespace: 'other' }, never);
    assert.equal(await count(), 3);
  });

  const annotated = [
    { it: 'tells a plugin the annotation that it requires', requiredAnnotations: ['role'], is: ['alice'] },
    {
      it: 'tells a plugin the optional annotation that is there',
      optionalAnnotations: ['role', 'none'],
      is: ['alice'],
    },
    {
      it: 'leaves a plugin alone where an annotation that it requires is missing',
      requiredAnnotations: ['none'],
      is: [],
    },
  ];
  for (const { it: sentence, is, ...keys } of annotated) {
    it(sentence, async () => {
      const script = `grep -q '"serviceAccountAnnotations":{"role":"builder"}' || exit 1\n${answer()}`;
      const { plugin } = await pluginOf(script, { token: { ...token, ...keys } }, accounts);
      assert.deepEqual(await told(plugin), is);
    });
  }

  it('leaves a plugin undecided whose annotations cannot be read', async () => {
    const unreadable: Accounts = {
      ...accounts,
      cluster: { serviceAccount: () => Promise.resolve({ kind: 'forbidden' }) },
    };
    const { plugin } = await pluginOf(answer(), { token: { ...token, requiredAnnotations: ['role'] } }, unreadable);
    assert.deepEqual(await told(plugin), ['token']);
  });

  it('asks again when an annotation has changed', async () => {
    let role = 0;
    const cluster: Accounts['cluster'] = {
      serviceAccount: (_, name) => Promise.resolve(account(name, { role: String((role += 1)) })),
    };
    const changes = { token: { ...token, requiredAnnotations: ['role'] } };
    const { plugin, count } = await pluginOf(answer({ cacheDuration: '1h' }), changes, { ...accounts, cluster });
    await told(plugin);
    await told(plugin);
    assert.equal(await count(), 2);
  });

  it('leaves a plugin undecided that wants a token where there is none', async () => {
    const { plugin } = await pluginOf(needsToken, wantsToken);
    assert.deepEqual(await told(plugin), ['token']);
  });
});

async function credentialsOf(file: string) {
  return (
    await nodeKeyring(
      nodeDockerConfig(file, () => 0),
      [],
    ).lookup(image, pod, never)
  ).credentials;
}

describe('the node’s docker config', () => {
  const auth = Buffer.from('node:secret').toString('base64');
  const files = [
    { it: 'gives what matches', text: JSON.stringify({ auths: { 'r.io': { auth } } }), is: 1 },
    { it: 'gives nothing for helpers', text: JSON.stringify({ credHelpers: { 'r.io': 'x' } }), is: 0 },
    { it: 'is ignored where it does not parse', text: '{', is: 0 },
    {
      it: 'is ignored as a whole for one malformed entry',
      text: JSON.stringify({ auths: { 'r.io': { auth }, 'other.io': { auth: '!' } } }),
      is: 0,
    },
  ];
  for (const { it: sentence, text, is } of files) {
    it(sentence, async () => {
      const file = join(await folder(), 'config.json');
      await writeFile(file, text);
      assert.equal((await credentialsOf(file)).length, is);
    });
  }

  it('is ignored where it is missing', async () => assert.deepEqual(await credentialsOf('/nowhere/config.json'), []));

  it('is read again when it changes', async () => {
    const file = join(await folder(), 'config.json');
    let now = 0;
    const keyring = nodeKeyring(
      nodeDockerConfig(file, () => now),
      [],
    );
    assert.equal((await keyring.lookup(image, pod, never)).credentials.length, 0);
    await writeFile(file, JSON.stringify({ auths: { 'r.io': { auth } } }));
    now += 60_000;
    assert.equal((await keyring.lookup(image, pod, never)).credentials.length, 1);
  });
});
