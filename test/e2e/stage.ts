import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { request } from 'undici';
import { needsControlPlane } from '../support/control-plane/assets.ts';
import { startControlPlane, type ControlPlane } from '../support/control-plane/control-plane.ts';
import { freePorts, startDaemon, waitFor, type Daemon } from '../support/control-plane/daemon.ts';
import { succeed } from '../support/control-plane/kubectl.ts';
import {
  needsDockerRegistry,
  startDockerRegistry,
  type DockerRegistry,
} from '../support/docker-registry/docker-registry.ts';
import { overlay } from '../support/overlay.ts';

/**
 * What the end-to-end tests need: a real control plane with the shipped manifests, real registries, and the webhook as
 * a process with only the token of its own ServiceAccount.
 */
export interface Stage {
  readonly plane: ControlPlane;
  /** A registry without authentication. */
  readonly open: DockerRegistry;
  /** A registry with Basic authentication. */
  readonly closed: DockerRegistry;
  /** A registry without authentication that one of the tests stops. */
  readonly temporary: DockerRegistry;
  readonly webhook: Daemon;
  stop(): Promise<void>;
}

const main = join(import.meta.dirname, '../../src/main.ts');

/** Options of a suite that needs a stage: skips it if a program is missing. */
export async function needsStage(): Promise<{ readonly skip?: string }> {
  const needs = await Promise.all([needsControlPlane(), needsDockerRegistry()]);
  return needs.find(({ skip }) => skip !== undefined) ?? {};
}

export interface StageOptions {
  /** Folders below `manifests/components`. */
  readonly components?: readonly string[];
  /** Fields of the configuration. */
  readonly config?: object;
}

/** Starts a stage. */
export async function startStage(options: StageOptions = {}): Promise<Stage> {
  const [plane, open, closed, temporary] = await Promise.all([
    startControlPlane(),
    startDockerRegistry({ secured: false }),
    startDockerRegistry({ secured: true }),
    startDockerRegistry({ secured: false }),
  ]);
  let webhook: Daemon | undefined;

  async function stop(): Promise<void> {
    await webhook?.stop();
    await Promise.all([open.stop(), closed.stop(), temporary.stop(), plane.stop()]);
  }

  try {
    await Promise.all([open.push('shop/app', '1.0'), open.push('shop/app', 'latest')]);
    await Promise.all([closed.push('shop/app', '1.0'), temporary.push('shop/app', '1.0')]);
    webhook = await serve(plane, [open, closed, temporary], options);
    return { plane, open, closed, temporary, webhook, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Applies the manifests, and starts the webhook at the URL in them. */
async function serve(
  plane: ControlPlane,
  registries: readonly DockerRegistry[],
  { components = [], config: more = {} }: StageOptions,
): Promise<Daemon> {
  const [port = 0, metricsPort = 0] = await freePorts(2);
  await using development = await overlay({
    on: 'overlays/development',
    url: `https://127.0.0.1:${port}/validate`,
    failurePolicy: 'Fail',
    components,
  });
  await succeed(plane.kubectl, ['apply', '-k', development.directory]);
  const token = await succeed(plane.kubectl, ['create', 'token', 'pullgate', '-n', 'pullgate']);
  const kubeconfig = await plane.kubeconfigFor('pullgate', token.trim());
  const config = `${kubeconfig}.config.yaml`;
  await writeFile(
    config,
    JSON.stringify({
      apiVersion: 'pullgate.dev/v1alpha1',
      kind: 'PullgateConfiguration',
      namespaces: [
        { names: ['strict'], profile: 'strict' },
        { names: ['audit'], profile: 'audit' },
      ],
      registries: registries.map(({ host, caFile }) => ({ host, ca: caFile })),
      network: { allowLoopback: true },
      tls: { webhookConfiguration: 'pullgate', dnsNames: ['127.0.0.1'] },
      server: { address: '127.0.0.1', port, metricsPort, drain: '0s' },
      ...more,
    }),
  );
  const args = [main, 'serve', '--config', config, '--kubeconfig', kubeconfig];
  const webhook = startDaemon('pullgate', process.execPath, args, { env: { POD_NAMESPACE: 'pullgate' } });
  await waitFor(webhook, async () => {
    const response = await request(`http://127.0.0.1:${metricsPort}/readyz`);
    await response.body.dump();
    return response.statusCode === 200;
  });
  return webhook;
}

/** Calls `read` until `done` is true for its result, which it returns. Throws after `limitMs`. */
export async function until<T>(read: () => Promise<T>, done: (result: T) => boolean, limitMs = 10_000): Promise<T> {
  const end = performance.now() + limitMs;
  for (;;) {
    const result = await read();
    if (done(result)) return result;
    if (performance.now() > end) throw new Error(`still ${JSON.stringify(result)} after ${limitMs} ms`);
    await sleep(50);
  }
}
