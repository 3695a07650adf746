import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Accounts } from '../../src/credentials/plugin-request.ts';
import { Redacted } from '../../src/lib/redacted.ts';
import { answer, never, pod, result, scriptPlugin } from './plugin-script.ts';

const token = { audience: 'aud', required: true, requiredAnnotations: [], optionalAnnotations: [] };
const needsToken = `grep -q '"serviceAccountToken":"team-builder-aud"' || exit 1\n${answer()}`;

function serviceAccount(name: string, annotations: Readonly<Record<string, string>>) {
  return { kind: 'found', value: { name, imagePullSecrets: [], annotations } } as const;
}

const accounts: Accounts = {
  tokens: {
    token: (namespace, account, audience) =>
      Promise.resolve({
        kind: 'found',
        value: { token: new Redacted(`${namespace}-${account}-${audience}`), expiresAt: 0 },
      }),
  },
  cluster: { serviceAccount: (_, name) => Promise.resolve(serviceAccount(name, { role: name, other: 'x' })) },
};

describe('the ServiceAccount token of a request', () => {
  test('is in the request if the plugin is configured for it', async () => {
    const { plugin } = await scriptPlugin(needsToken, { token }, accounts);
    assert.deepEqual(await result(plugin), ['alice']);
  });

  test('makes the plugin undecided if it cannot be read', async () => {
    const { plugin } = await scriptPlugin(needsToken, { token });
    assert.deepEqual(await result(plugin), ['token']);
  });

  test('separates the cached answers of ServiceAccounts', async () => {
    const script = answer({ cacheKeyType: 'Global', cacheDuration: '1h' });
    const { plugin, count } = await scriptPlugin(script, { token }, accounts);
    await plugin.provide('r.io/a', pod, never);
    await plugin.provide('r.io/a', { ...pod, serviceAccount: 'other' }, never);
    await plugin.provide('r.io/a', { ...pod, namespace: 'other' }, never);
    assert.equal(await count(), 3);
  });
});

const annotated = [
  {
    title: 'a required annotation is in the request',
    requiredAnnotations: ['role'],
    expected: ['alice'],
  },
  {
    title: 'an optional annotation is in the request if the ServiceAccount has it',
    optionalAnnotations: ['role', 'none'],
    expected: ['alice'],
  },
  {
    title: 'a plugin is skipped if the ServiceAccount lacks a required annotation',
    requiredAnnotations: ['none'],
    expected: [],
  },
];

describe('the ServiceAccount annotations of a request', () => {
  for (const { title, expected, ...keys } of annotated) {
    test(title, async () => {
      const script = `grep -q '"serviceAccountAnnotations":{"role":"builder"}' || exit 1\n${answer()}`;
      const { plugin } = await scriptPlugin(script, { token: { ...token, ...keys } }, accounts);
      assert.deepEqual(await result(plugin), expected);
    });
  }

  test('a plugin is undecided if the ServiceAccount cannot be read', async () => {
    const unreadable: Accounts = {
      ...accounts,
      cluster: { serviceAccount: () => Promise.resolve({ kind: 'forbidden' }) },
    };
    const changes = { token: { ...token, requiredAnnotations: ['role'] } };
    const { plugin } = await scriptPlugin(answer(), changes, unreadable);
    assert.deepEqual(await result(plugin), ['token']);
  });

  test('a changed annotation causes another run', async () => {
    let role = 0;
    const cluster: Accounts['cluster'] = {
      serviceAccount: (_, name) => Promise.resolve(serviceAccount(name, { role: String((role += 1)) })),
    };
    const changes = { token: { ...token, requiredAnnotations: ['role'] } };
    const { plugin, count } = await scriptPlugin(answer({ cacheDuration: '1h' }), changes, { ...accounts, cluster });
    await result(plugin);
    await result(plugin);
    assert.equal(await count(), 2);
  });
});
