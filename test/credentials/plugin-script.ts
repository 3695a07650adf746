import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';
import { nodeKeyring } from '../../src/credentials/node-keyring.ts';
import type { Accounts } from '../../src/credentials/plugin-request.ts';
import { providerPlugin, type ProviderPlugin } from '../../src/credentials/provider-plugin.ts';
import type { Provider } from '../../src/credentials/provider.ts';

const folders: string[] = [];
after(() => Promise.all(folders.map((folder) => rm(folder, { recursive: true }))));

/** A new folder, which is removed after the tests. */
export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'node-'));
  folders.push(folder);
  return folder;
}

export const apiVersion = 'credentialprovider.kubelet.k8s.io/v1';
export const pod = { namespace: 'team', name: 'p', serviceAccount: 'builder' };
export const image = { registry: 'r.io', repository: 'team/app', tag: 'v1' };
export const never = new AbortController().signal;

/** A script that prints a valid response with the user `alice`, with some fields changed. */
export function answer(changes: Readonly<Record<string, unknown>> = {}): string {
  const auth = { 'r.io': { username: 'alice', password: 's3cret' } };
  const response = { kind: 'CredentialProviderResponse', apiVersion, cacheKeyType: 'Image', cacheDuration: '0s', auth };
  return `echo '${JSON.stringify({ ...response, ...changes })}'`;
}

/** A plugin that runs a shell script. `count` returns how often it ran. */
export async function scriptPlugin(
  script: string,
  changes: Partial<Provider> = {},
  accounts?: Accounts,
  timeoutMs = 60_000,
): Promise<{ plugin: ProviderPlugin; count: () => Promise<number>; binDir: string }> {
  const binDir = await temporaryFolder();
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

/** The user names that the plugin gives for the image, or the reason why it is undecided. */
export async function result(plugin: ProviderPlugin): Promise<readonly string[]> {
  const { credentials, undecided } = await nodeKeyring(undefined, [plugin]).lookup(image, pod, never);
  const names = credentials.map((credential) => (credential.kind === 'basic' ? credential.username : 'anonymous'));
  return [...names, ...undecided.map(({ reason }) => reason)];
}
