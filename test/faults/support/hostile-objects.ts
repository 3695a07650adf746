import * as fc from 'fast-check';
import type { JsonObject } from '../../../src/lib/json.ts';

/** The largest object that an API server accepts, in bytes of JSON. */
const maxBytes = 3 * 1024 * 1024;

/** A size from nothing to more than any object has room for. Most sizes are near one of the ends. */
function size(most: number): fc.Arbitrary<number> {
  return fc.oneof(fc.constantFrom(0, 1, most), fc.integer({ min: 0, max: most }));
}

function list<T>(count: fc.Arbitrary<number>, make: (at: number) => T): fc.Arbitrary<readonly T[]> {
  return count.map((length) => Array.from({ length }, (_, at) => make(at)));
}

/** Text that makes careless patterns slow, or that does not fit where it is. */
const oddText = fc.oneof(
  fc.constantFrom('', ' ', '/', ':', '@', '__proto__', '*', '{{', '\u0000', '\u{1f642}'),
  fc
    .tuple(fc.constantFrom('/', ':', '@', 'a-', '<', '.', '*.', 'A'), fc.integer({ min: 0, max: 3_000 }))
    .map(([part, count]) => part.repeat(count)),
);

/** Names of images at up to `hosts` registries of the port. */
function imagesAt(port: number): fc.Arbitrary<(at: number) => unknown> {
  const host = (number: number): string => `127.5.${number % 250}.${1 + (Math.floor(number / 250) % 250)}:${port}`;
  return fc
    .record({
      hosts: fc.constantFrom(1, 1, 60, 3_000),
      repository: fc.constantFrom('public', 'private', 'index'),
      repeated: fc.boolean(),
      odd: fc.option(oddText),
      value: fc.option(fc.jsonValue({ maxDepth: 1 }), { freq: 10 }),
    })
    .map(({ hosts, repository, repeated, odd, value }) => (at: number) => {
      if (value !== null) return value;
      if (odd !== null && at % 2 === 1) return `${odd}${at}`;
      return `${host(at % hosts)}/${repository}/app${repeated ? 0 : at}:v1`;
    });
}

const terms = list(size(20_000), (at) => ({
  matchExpressions: [{ key: 'kubernetes.io/hostname', operator: at % 2 === 0 ? 'In' : 'NotIn', values: [`n${at}`] }],
}));

function podSpec(port: number): fc.Arbitrary<JsonObject> {
  return fc
    .record({
      image: imagesAt(port),
      containers: size(30_000),
      volumes: size(5_000),
      policy: fc.constantFrom(undefined, 'Always', 'IfNotPresent', 'Never'),
      imagePullSecrets: list(size(30_000), (at) => ({ name: at % 3 === 0 ? 'big' : `s${at}` })),
      nodeSelectorTerms: fc.option(terms, { nil: undefined }),
      nodeSelector: list(size(20_000), (at) => [`l${at}`, 'x'] as const).map(Object.fromEntries),
      tolerations: list(size(20_000), (at) => ({ key: `t${at}`, operator: 'Exists' })),
    })
    .map(({ image, containers, volumes, policy, nodeSelectorTerms, ...rest }) => ({
      containers: Array.from({ length: containers }, (_, at) => ({
        name: `c${at}`,
        image: image(at),
        ...(policy !== undefined && { imagePullPolicy: policy }),
      })),
      volumes: Array.from({ length: volumes }, (_, at) => ({ name: `v${at}`, image: { reference: image(at) } })),
      ...(nodeSelectorTerms !== undefined && {
        affinity: { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms } } },
      }),
      ...rest,
    }));
}

/**
 * Returns Pods and Deployments of up to 3 MiB that try to make the review long. Their registries are on the loopback
 * addresses 127.5.x.x with this port, and their largest secret has the name `big`.
 */
export function hostileObjects(port: number): fc.Arbitrary<JsonObject> {
  return fc
    .tuple(podSpec(port), fc.boolean())
    .map(([spec, template]) => {
      const metadata = { name: 'hostile' };
      return template
        ? { apiVersion: 'apps/v1', kind: 'Deployment', metadata, spec: { template: { spec } } }
        : { apiVersion: 'v1', kind: 'Pod', metadata, spec };
    })
    .filter((object) => JSON.stringify(object).length <= maxBytes);
}
