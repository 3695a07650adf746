import type { JsonObject } from '../../src/lib/json.ts';
import { bearerRegistry, dockerConfigJson, smallImage } from './registries.ts';
import type { Exchange } from './scripted-registry/exchange.ts';
import type { RegistryScript } from './scripted-registry/script.ts';

/** How much there is to check. Images are spread over the repositories, workloads over the images and namespaces. */
export interface Amounts {
  readonly workloads: number;
  readonly images: number;
  readonly repositories: number;
  readonly namespaces: number;
}

/** As many as a large team has. */
export const largeTeam: Amounts = { workloads: 1_000, images: 200, repositories: 20, namespaces: 10 };

const namespaceOf = (at: number) => `team-${at}`;

/** A registry with all images, behind a token endpoint. */
export function manyImages({ images, repositories }: Amounts): RegistryScript {
  const { blobs, repository } = smallImage();
  const tags = Object.fromEntries(
    Array.from({ length: Math.ceil(images / repositories) }, (_, at) => [`v${at}`, 'manifest']),
  );
  const named = Array.from({ length: repositories }, (_, at) => [`team/app-${at}`, { ...repository, tags }] as const);
  const script = bearerRegistry({ repositories: Object.fromEntries(named) });
  return { ...script, blobs };
}

/** The workloads, and in each namespace a secret with the same credential. */
export function manyWorkloads(
  host: string,
  { workloads, images, repositories, namespaces }: Amounts,
): readonly JsonObject[] {
  const secrets = Array.from({ length: namespaces }, (_, at) => ({
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 'regcred', namespace: namespaceOf(at) },
    type: 'kubernetes.io/dockerconfigjson',
    stringData: { '.dockerconfigjson': dockerConfigJson(host) },
  }));
  const deployments = Array.from({ length: workloads }, (_, at) => {
    const image = at % images;
    const reference = `${host}/team/app-${image % repositories}:v${Math.floor(image / repositories)}`;
    const containers = [{ name: 'app', image: reference, env: [{ name: 'A', value: 'b' }] }];
    const spec = { containers, imagePullSecrets: [{ name: 'regcred' }] };
    return {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: `web-${at}`, namespace: namespaceOf(Math.floor(at / images) % namespaces) },
      spec: { selector: {}, template: { metadata: { labels: { app: `web-${at}` } }, spec } },
    };
  });
  return [...secrets, ...deployments];
}

/** What a run got from the registry. A challenge (401) gives nothing, and neither does a refused kind of token request. */
export function answered(log: readonly Exchange[]) {
  const given = log.filter(({ status }) => status === 200).map(({ path }) => path);
  const manifests = given.filter((path) => path.includes('/manifests/'));
  const tokens = given.filter((path) => path.startsWith('/token'));
  return {
    manifests: manifests.length,
    tokens: tokens.length,
    distinctTokens: new Set(tokens).size,
    challenges: log.filter(({ status }) => status === 401).length,
  };
}
