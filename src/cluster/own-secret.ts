import type { V1Secret } from '@kubernetes/client-node';
import type { Lookup } from '../engine/ports.ts';
import { stringMapOf, stringOf } from '../lib/json.ts';
import { unverified, type Wire } from './api-types.ts';
import type { KubeApi, Write, Written } from './kube-api.ts';
import { listPath } from './kube.ts';

interface StoredTexts {
  readonly data: Readonly<Record<string, string>>;
  readonly version: string;
}

/**
 * The Secret in which Pullgate stores its own certificate, with decoded data. It uses `get` and `patch` by name, and
 * `create` if the Secret is missing. A write fails with `conflict` if somebody wrote after `version`.
 */
export function ownSecret(
  api: KubeApi,
  namespace: string,
  name: string,
): {
  read(signal: AbortSignal): Promise<Lookup<StoredTexts>>;
  write(data: object, version: string | undefined, signal: AbortSignal): Promise<Written['kind']>;
} {
  const secrets = listPath('/api/v1', 'secrets', namespace);
  return {
    async read(signal) {
      const lookup = await api.get(`${secrets}/${name}`, signal);
      if (lookup.kind !== 'found') return lookup;
      const { metadata, data } = unverified<V1Secret>(lookup.value);
      const texts = Object.entries(stringMapOf(data)).map(([key, text]) => [
        key,
        Buffer.from(text, 'base64').toString('utf8'),
      ]);
      const version = stringOf(metadata?.resourceVersion);
      return { kind: 'found', value: { data: Object.fromEntries(texts), version } };
    },

    async write(texts, version, signal) {
      const data = Object.fromEntries(
        Object.entries(texts).map(([key, text]) => [key, Buffer.from(String(text)).toString('base64')]),
      );
      const write: Write =
        version === undefined
          ? {
              method: 'POST',
              path: secrets,
              body: { apiVersion: 'v1', kind: 'Secret', metadata: { name }, data } satisfies Wire<V1Secret>,
            }
          : {
              method: 'PATCH',
              path: `${secrets}/${name}`,
              contentType: 'application/merge-patch+json',
              body: { metadata: { resourceVersion: version }, data } satisfies Wire<V1Secret>,
            };
      return (await api.write(write, signal)).kind;
    },
  };
}
