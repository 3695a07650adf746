import { readFile } from 'node:fs/promises';
import type { Failure } from '../../engine/answer.ts';
import { type RegistryHost, registryHosts } from '../../engine/hosts/registry-hosts.ts';
import { isLoopbackHost } from '../../engine/hosts/loopback.ts';
import type { Question } from '../../engine/ports.ts';
import type { Target } from '../ask.ts';
import { certificateProblem } from './certificate-files.ts';
import type { Route } from '../network/dispatchers.ts';

export interface TargetOptions {
  /**
   * Where images of a registry are looked up, in order: what its hosts.toml says, or the registry itself. Undefined:
   * a runtime can make no client of what is there (a CA that cannot be read), and every pull fails.
   */
  readonly hosts: (registry: string) => Promise<readonly RegistryHost[] | undefined>;
  /** Loopback registries are the node's own: asked only where this process runs on the node, or in development. */
  readonly allowLoopback: boolean;
  /** Hosts (with port) whose certificate is not verified and that may speak plain http. */
  readonly insecureRegistries: readonly string[];
  /** PEM texts that are trusted for a host beside the system's. */
  readonly caFor: (host: string) => readonly string[];
  /** To connect where hosts.toml says nothing, in ms. */
  readonly connectMs: number;
}

/** What is looked up: tags need a host that resolves (a mirror without that right might serve old ones), digests any that pulls. */
export type Purpose = 'tag' | 'digest';

/**
 * Whom to ask a question, in order. A host that is not to be asked is among them: its silence is doubt. A mirror gets the
 * credential of the image's own registry: the kubelet looks it up by the image, and knows of no mirrors.
 */
export async function targetsFor(
  question: Question,
  purpose: Purpose,
  options: TargetOptions,
): Promise<readonly Target[]> {
  const { reference, credential } = question;
  const { registry, repository } = reference;
  const known = await options.hosts(registry);
  const hosts = (known ?? registryHosts(registry)).filter(
    (host) => host.pull && (purpose === 'digest' || host.resolve),
  );
  return Promise.all(
    hosts.map(async (configured, at) => {
      const host = options.insecureRegistries.includes(configured.host) ? insecurely(configured) : configured;
      const loopback = isLoopbackHost(host.host);
      const route = known === undefined ? undefined : await routeTo(host, loopback, options);
      const last = at === hosts.length - 1;
      const target = { registry, repository, credential, host, route: route ?? unused, last };
      if (loopback && !options.allowLoopback) return { ...target, blockedBy: notOurs(host) };
      return route === undefined ? { ...target, blockedBy: untrusted(host) } : target;
    }),
  );
}

function insecurely(host: RegistryHost): RegistryHost {
  return { ...host, skipVerify: true, httpFallback: host.scheme === 'https' };
}

/** How a host is connected to; undefined where a file that its hosts.toml names cannot be read or used: a node fails there too. */
async function routeTo(host: RegistryHost, loopback: boolean, options: TargetOptions): Promise<Route | undefined> {
  const { skipVerify, dialTimeoutMs } = host;
  try {
    if ((await certificateProblem([host])) !== undefined) return undefined;
    const ca = await Promise.all(host.ca.map(textOf));
    const client = await Promise.all(
      host.client.map(async ([cert, key]) => ({
        cert: await textOf(cert),
        key: await textOf(key === '' ? cert : key),
      })),
    );
    const connectMs = dialTimeoutMs ?? options.connectMs;
    return { skipVerify, ca: [...options.caFor(host.host), ...ca], client, loopback, connectMs };
  } catch {
    return undefined;
  }
}

async function textOf(path: string): Promise<string> {
  return readFile(path, 'utf8');
}

const unused: Route = { skipVerify: false, ca: [], client: [], loopback: false, connectMs: 0 };

function notOurs({ host }: RegistryHost): Failure {
  return { kind: 'not-asked', reason: 'loopback', host };
}

function untrusted({ host }: RegistryHost): Failure {
  return { kind: 'unreachable', reason: 'tls-untrusted', evidence: { host, asked: 'manifest', method: 'HEAD' } };
}
