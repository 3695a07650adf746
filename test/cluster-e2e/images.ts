/*
 * The test images: a program that sleeps, in an open registry and in a registry with a password.
 */
import { copyFile, mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { run, type Kit } from './kit.ts';

export const open = 'registry.real.test';
export const closed = 'private.real.test';
export const login = { username: 'robot', password: 'secret' };
export const good = `${open}/shop/web:1.0.0`;
export const missing = `${open}/shop/web:v1.0.0`;
export const locked = `${closed}/shop/web:1.0.0`;
/** An image with plugins for the component `node-plugins`. */
export const plugins = `${open}/platform/plugins:1`;

/** A credential-provider plugin that runs without a shell. It returns the same login for every request. */
const plugin = `#!/nodejs/bin/node
process.stdout.write(JSON.stringify({
  kind: 'CredentialProviderResponse', apiVersion: 'credentialprovider.kubelet.k8s.io/v1',
  cacheKeyType: 'Registry', cacheDuration: '1m',
  auth: { '${closed}': ${JSON.stringify(login)} },
}));
`;

/** Builds and pushes all test images. */
export async function pushImages({ state }: Kit): Promise<void> {
  const folder = await mkdtemp(join(state, 'images-'));
  const store = ['--root', join(folder, 'store'), '--runroot', join(folder, 'run'), '--storage-driver', 'vfs'];
  await mkdir(join(folder, 'plugins'));
  await copyFile('/bin/busybox', join(folder, 'busybox'));
  await writeFile(join(folder, 'plugins/real-login'), plugin, { mode: 0o755 });

  async function build(name: string, lines: readonly string[]): Promise<void> {
    const file = join(folder, `${name}.Containerfile`);
    await writeFile(file, ['FROM scratch', ...lines, ''].join('\n'));
    await run('buildah', [...store, 'bud', '-q', '--isolation', 'chroot', '-t', name, '-f', file, folder]);
  }

  async function push(name: string, reference: string, ...flags: readonly string[]): Promise<void> {
    await run(join(state, 'in.sh'), ['buildah', ...store, 'push', '-q', ...flags, name, `docker://${reference}`]);
  }

  await build('web', ['COPY busybox /bin/busybox', 'ENTRYPOINT ["/bin/busybox", "sleep", "9999"]']);
  await build('plugins', ['COPY busybox /bin/cp', 'COPY plugins /plugins']);
  for (const tag of ['1.0.0', 'latest']) await push('web', `${open}/shop/web:${tag}`);
  await push('web', locked, '--creds', `${login.username}:${login.password}`);
  await push('plugins', plugins);
}
