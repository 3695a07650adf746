import type { Failure } from '../../../engine/answer.ts';
import type { PullSource } from '../../../engine/hosts/containers/pull-sources.ts';
import { isLoopbackHost } from '../../../engine/hosts/loopback.ts';
import type { RegistryHost } from '../../../engine/hosts/registry-hosts.ts';
import type { ImageReference } from '../../../engine/image/image-reference.ts';
import type { Question } from '../../../engine/ports.ts';
import type { Target } from '../../ask.ts';
import { loopbackFailure, routeTo, unusable, unusedRoute } from '../../hosts/targets.ts';
import type { SourceLogin } from './login-for.ts';
import type { CrioOptions } from './options.ts';

/** One source of an image, and what is decided about it before it is asked. */
export interface NamedSource {
  readonly question: Question;
  /** The name that the source is for: the image, or one of the names that a short name stands for. */
  readonly name: ImageReference;
  readonly source: PullSource;
  readonly login: SourceLogin;
  readonly last: boolean;
  readonly rejectedBy: Failure | undefined;
}

/** Returns the source as a target. If it must not be contacted, the target is blocked. */
export async function sourceTarget(
  { question: { namespace }, name, source, login, last, rejectedBy }: NamedSource,
  options: CrioOptions,
): Promise<Target> {
  const { registry, repository } = source.reference;
  const insecure =
    source.insecure || isInsecureByDefault(name.registry) || options.insecureRegistries.includes(registry);
  const certificates = await options.containers?.certificatesFor(registry);
  const { ca, client } = certificates?.kind === 'certificates' ? certificates : { ca: [], client: [] };
  const host = hostOf(registry, insecure, { ca, client });
  const loopback = isLoopbackHost(registry);
  const route = certificates?.kind === 'unusable' ? undefined : await routeTo(host, loopback, options);
  const blockedBy = source.blocked
    ? ({ kind: 'forbidden', reason: 'blocked', host: registry } as const)
    : loopback && !options.allowLoopback
      ? loopbackFailure(host)
      : route === undefined
        ? unusable('tls-untrusted', host.host)
        : login.blockedBy;
  return {
    registry,
    repository,
    credential: login.credential,
    ...(namespace !== undefined && { namespace }),
    host,
    route: route ?? unusedRoute,
    last,
    ...(blockedBy !== undefined && { blockedBy }),
    ...(login.unsure !== undefined && { unsure: login.unsure }),
    ...(rejectedBy !== undefined && { rejectedBy }),
  };
}

function hostOf(registry: string, insecure: boolean, certificates: Pick<RegistryHost, 'ca' | 'client'>): RegistryHost {
  return {
    scheme: 'https',
    host: registry === 'docker.io' ? 'registry-1.docker.io' : registry,
    path: '/v2',
    pull: true,
    resolve: true,
    header: {},
    skipVerify: insecure,
    ...certificates,
    httpFallback: insecure,
  };
}

/**
 * Whether CRI-O neither verifies the certificates of a registry nor requires TLS, for all its sources: a registry with an
 * address in 127.0.0.0/8. Mirrors isSecureIndex of CRI-O v1.34.0 internal/storage/image.go.
 */
function isInsecureByDefault(registry: string): boolean {
  return isLoopbackHost(registry) && !registry.includes('::');
}
