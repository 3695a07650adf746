import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JsonObject } from '../../src/lib/json.ts';
import { deployment, pod } from '../support/pods.ts';
import { stretched } from '../support/stretched.ts';
import { indexOf, startEveryImage, type EveryImage } from './support/every-image.ts';
import { assertHealthy } from './support/healthy.ts';
import { assertCalm } from './support/assert-calm.ts';
import { startLimited } from './support/limited.ts';
import { putNodes } from './support/nodes.ts';
import { entryOf, mallory, secretWithAuths } from './support/secrets.ts';
import { openSite, type Site } from './support/serving.ts';

function many<T>(count: number, make: (index: number) => T): readonly T[] {
  return Array.from({ length: count }, (_, index) => make(index));
}

/** What a case has to work with: `host` is the registry, with its port. */
interface Place {
  readonly site: Site;
  readonly registry: EveryImage;
  readonly host: string;
}

interface Case {
  readonly it: string;
  readonly settings?: JsonObject;
  /** The index of the images in the repositories `index/…`. */
  readonly index?: string;
  /** Stores what the object refers to, and returns the object. */
  readonly object: (place: Place) => JsonObject;
  /** Text that one of the warnings has. Undefined if there is no finding about a limit. */
  readonly says?: string;
  /** The most requests to the registry for images of the object, and the most different logins in them. */
  readonly requests: number;
  readonly logins?: number;
}

const pullSecret = { imagePullSecrets: [{ name: 's' }] };

function names(count: number): readonly JsonObject[] {
  return many(count, (index) => ({ name: `s${index}` }));
}

/** Stores a secret with these keys, each with a login. */
function putSecret({ site }: Place, keys: readonly string[]): void {
  const auths = Object.fromEntries(keys.map((key) => [key, keys.length > 12_000 ? {} : entryOf(mallory)]));
  site.api.put('team', 'secrets', { ...secretWithAuths(auths), metadata: { name: 's' } });
}

function images(host: string, count: number, repository = 'public'): readonly string[] {
  return many(count, (index) => `${host}/${repository}/app${index}:v1`);
}

const cases: readonly Case[] = [
  {
    it: 'F78 a Pod of 2,500 images at 2,500 hosts: 50 hosts are asked',
    object: ({ registry }) =>
      pod(many(2_500, (at) => `127.2.${at % 250}.${1 + Math.floor(at / 250)}:${registry.port}/public/app:v1`)),
    says: 'more than 50 registries',
    requests: 3 * 50,
  },
  {
    it: 'F79 an index with 20,000 entries is not looked through',
    index: indexOf(20_000),
    settings: { platforms: ['linux/amd64'] },
    object: ({ host }) => pod(images(host, 10, 'index')),
    says: 'more than 30,000 values in one manifest',
    requests: 20,
  },
  {
    it: 'F79 an index with 3,000 entries is not looked through',
    index: indexOf(3_000),
    settings: { platforms: ['linux/amd64'] },
    object: ({ host }) => pod(images(host, 10, 'index')),
    says: 'more than 1,000 entries in the index',
    requests: 30,
  },
  {
    it: 'F79 an index with 1,000 variants for the platform of the nodes: 50 are asked for',
    index: indexOf(1_000),
    settings: { platforms: ['linux/amd64'] },
    object: ({ host }) => pod(images(host, 10, 'index')),
    says: 'more than 50 variants',
    requests: 10 * (50 + 3),
  },
  {
    it: 'F80 20,000 names in imagePullSecrets of a Pod: 50 secrets are read',
    object: ({ host }) => pod(images(host, 10, 'private'), { imagePullSecrets: names(20_000) }),
    says: 'more than 50 pull secrets',
    requests: 60,
  },
  {
    it: 'F80 20,000 names in imagePullSecrets of a ServiceAccount: 50 secrets are read',
    object({ site, host }) {
      const account = { metadata: { name: 'many' }, imagePullSecrets: names(20_000) };
      site.api.put('team', 'serviceaccounts', account);
      return deployment(images(host, 10, 'private'), { serviceAccountName: 'many' });
    },
    says: 'more than 50 pull secrets',
    requests: 60,
  },
  {
    it: 'F81 a secret of 1 MiB with 50,000 auths is not used',
    object(place) {
      putSecret(
        place,
        many(50_000, (at) => `r${at}.example`),
      );
      return pod([...images(place.host, 10, 'private'), ...images(place.host, 2_490)], pullSecret);
    },
    says: 'more than 20,000 entries',
    requests: 2 * 2_500,
  },
  {
    it: 'F81 a secret of 1 MiB with 10,000 auths and 2,500 images of other registries is used',
    object(place) {
      putSecret(
        place,
        many(10_000, (at) => `registry-${at}.example.com/a-team-of-the-company`),
      );
      return pod(images(place.host, 2_500), pullSecret);
    },
    requests: 2 * 2_500,
  },
  {
    it: 'F82 10,000 keys with stars and 2,500 images',
    object(place) {
      putSecret(
        place,
        many(10_000, (at) => `*.0.0.1:${place.registry.port}/public/app${at}`),
      );
      return pod([...images(place.host, 10, 'private'), ...images(place.host, 2_490)], pullSecret);
    },
    says: 'more than 1,000 entries with a star',
    requests: 2 * 2_500,
  },
  {
    it: 'F83 10,000 affinity terms and 1,000 nodes',
    settings: { nodes: { enabled: true } },
    object({ site, host }) {
      putNodes(site.api, 1_000);
      const nodeSelectorTerms = many(10_000, (at) => ({
        matchExpressions: [{ key: 'kubernetes.io/hostname', operator: 'In', values: [`x${at}`] }],
      }));
      const nodeAffinity = { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms } };
      return pod(images(host, 10), { affinity: { nodeAffinity } });
    },
    says: 'more than 5,000 terms',
    requests: 50,
  },
  {
    it: 'F84 2,500 images and 9,000 exemptions',
    settings: {
      exemptions: many(9_000, (at) => ({ images: [`127.0.0.1:*/team-${at}/*`, `*/app${at}:v2`], reason: 'agreed' })),
    },
    object: ({ host }) => pod(images(host, 2_500)),
    requests: 2 * 2_500,
  },
  {
    it: 'F85 300 entries of a secret and 16 images: 20 passwords are tried',
    object(place) {
      const { host, site } = place;
      const keys = many(300, (at) => [`u${at}@${host}`, entryOf({ ...mallory, username: `mallory${at}` })] as const);
      site.api.put('team', 'secrets', { ...secretWithAuths(Object.fromEntries(keys)), metadata: { name: 's' } });
      return pod(images(host, 16, 'private'), pullSecret);
    },
    says: 'more than 20 credentials|within the time limit',
    // About six requests for each login and image.
    requests: 16 * 20 * 7,
    logins: 20,
  },
];

for (const { it, settings, index, object, says, requests, logins = 1 } of cases) {
  test(it, async () => {
    await using registry = await startEveryImage(index);
    await using site = await openSite();
    const host = `127.0.0.1:${registry.port}`;
    const made = object({ site, registry, host });
    await using limited = await startLimited(site, settings);
    const { replica, limitMiB } = limited;
    const neighbour = `127.3.0.1:${registry.port}`;
    const strained = await limited.strain(`${neighbour}/public/app:v1`, () => replica.review(made));
    const { result } = strained;
    assert.deepEqual([result.status, result.allowed], [200, true], result.text);
    // A busy machine may not answer 2,500 requests in time.
    if (says === undefined) assert.doesNotMatch(result.text, /"reason":"(?!deadline")/);
    else assert.match(result.warnings.join('\n'), new RegExp(says));
    const sent = registry.requestsExcept(neighbour);
    assert.ok(sent <= requests, `${sent} requests`);
    assert.ok(registry.logins <= logins, `${registry.logins} logins`);
    assert.ok(result.ms < stretched(9_500), `${result.ms} ms`);
    assertCalm(strained, limitMiB);
    await assertHealthy(replica);
  });
}
