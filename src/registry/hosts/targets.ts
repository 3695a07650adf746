import { readFile } from 'node:fs/promises';
import type { Failure } from '../../engine/answer.ts';
import { type RegistryHost, registryHosts } from '../../engine/hosts/registry-hosts.ts';
import { isLoopbackHost } from '../../engine/hosts/loopback.ts';
import type { RuntimeCredential } from '../../engine/hosts/runtime-credential.ts';
import type { RuntimeKind } from '../../engine/nodes/runtime-kind.ts';
import type { Question } from '../../engine/ports.ts';
import type { Target } from '../ask.ts';
import { certificateProblem } from './certificate-files.ts';
import type { Route } from '../network/dispatchers.ts';
import { rewriteRepository } from './rewrite.ts';

/**
 * Returns the hosts that have the images of a registry for a container runtime, in order: those that its configuration
 * names, or the registry itself. Undefined if the runtime cannot use the configuration (such as a CA that cannot be
 * read), so that every pull fails. `unclear` if Pullgate cannot read the configuration. Never throws.
 */
export type HostsOf = (
  registry: string,
  runtime: RuntimeKind,
) => Promise<readonly RegistryHost[] | undefined | 'unclear'>;

/**
 * Returns what a container runtime itself has for a host. It sends that only if the kubelet gives it no credential. Never
 * throws.
 */
export type CredentialOf = (host: string, runtime: RuntimeKind) => Promise<RuntimeCredential | undefined>;

export interface TargetOptions {
  readonly hosts: HostsOf;
  /** Default: the runtimes have no credentials. */
  readonly credentialOf?: CredentialOf;
  /**
   * Whether to contact loopback registries. They belong to the node, so set it only if this process runs on the node,
   * or in development.
   */
  readonly allowLoopback: boolean;
  /** Hosts (with port) whose certificate is not verified and that may use plain http. */
  readonly insecureRegistries: readonly string[];
  /** Returns the PEM texts of CAs that are trusted for a host in addition to those of the system. */
  readonly caFor: (host: string) => readonly string[];
  /** Time limit to connect if hosts.toml has none, in ms. */
  readonly connectMs: number;
}

/**
 * Whether a tag or a digest is looked up. A tag needs a host with the capability `resolve`, because other mirrors may
 * have an old image for it. For a digest, `pull` is enough.
 */
export type Purpose = 'tag' | 'digest';

/**
 * Returns the hosts to try, in order. Hosts that must not be contacted are included, so that the result is marked
 * inconclusive. A mirror gets the credential for the image's own registry, because the kubelet selects credentials by
 * the image and does not know about mirrors. Without a credential of the kubelet, each host gets what the container
 * runtime has for it. A failure if nobody can tell which hosts the runtime asks. Throws only what `options` throw.
 */
export async function targetsFor(
  question: Question,
  purpose: Purpose,
  options: TargetOptions,
): Promise<readonly Target[] | Failure> {
  const { registry } = question.reference;
  const configuredHosts = await options.hosts(registry, question.runtime);
  if (configuredHosts === 'unclear') return unclear(registry);
  const hosts = (configuredHosts ?? registryHosts(registry)).filter(
    (host) => host.pull && (purpose === 'digest' || host.resolve),
  );
  return Promise.all(
    hosts.map((host, at) => targetAt(host, question, at === hosts.length - 1, configuredHosts !== undefined, options)),
  );
}

/** `usable`: whether the runtime can use its configuration. If not, every pull fails. */
async function targetAt(
  configured: RegistryHost,
  { reference, runtime, ...asker }: Question,
  last: boolean,
  usable: boolean,
  options: TargetOptions,
): Promise<Target> {
  const { registry } = reference;
  const host = options.insecureRegistries.includes(configured.host) ? asInsecure(configured) : configured;
  const loopback = isLoopbackHost(host.host);
  const route = usable ? await routeTo(host, loopback, options) : undefined;
  const rewritten = rewriteRepository(host.rewrite ?? [], reference.repository);
  const { credential } = asker;
  const given = credential.kind === 'basic' || credential.blank === true;
  const own = given ? undefined : await options.credentialOf?.(host.host, runtime);
  const target = {
    ...asker,
    registry,
    repository: rewritten.kind === 'repository' ? rewritten.repository : reference.repository,
    ...(own?.kind === 'credential' && { credential: own.credential }),
    host,
    route: route ?? unusedRoute,
    last,
  };
  // The host has no name to show.
  if (host.unusable === true) return { ...target, blockedBy: unusable('protocol', registry) };
  if (loopback && !options.allowLoopback) return { ...target, blockedBy: loopbackFailure(host) };
  if (route === undefined) return { ...target, blockedBy: unusable('tls-untrusted', host.host) };
  return rewritten.kind === 'unclear' || own?.kind === 'unclear'
    ? { ...target, blockedBy: unclear(host.host) }
    : target;
}

function asInsecure(host: RegistryHost): RegistryHost {
  return { ...host, skipVerify: true, httpFallback: host.scheme === 'https' };
}

/**
 * Returns how to connect to a host. Undefined if a certificate file of its hosts.toml cannot be used: a node fails too.
 */
export async function routeTo(
  host: RegistryHost,
  loopback: boolean,
  options: Pick<TargetOptions, 'caFor' | 'connectMs'>,
): Promise<Route | undefined> {
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

/** The route of a target that must not be contacted. */
export const unusedRoute: Route = { skipVerify: false, ca: [], client: [], loopback: false, connectMs: 0 };

export function loopbackFailure({ host }: RegistryHost): Failure {
  return { kind: 'not-asked', reason: 'loopback', host };
}

/** The failure if the configuration of the nodes does not tell what is asked of a host. */
function unclear(host: string): Failure {
  return { kind: 'not-asked', reason: 'node-files', host };
}

/** The failure of a host that cannot be contacted, so that a node fails too. */
export function unusable(reason: 'protocol' | 'tls-untrusted', host: string): Failure {
  return { kind: 'unreachable', reason, evidence: { host, asked: 'manifest', method: 'HEAD' } };
}
