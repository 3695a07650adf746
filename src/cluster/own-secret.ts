import type { Lookup } from '../engine/ports.ts';
import type { KubeApi, Written } from './kube-api.ts';
import { objectAt, textAt, textsAt } from '../lib/json.ts';

interface StoredTexts {
  readonly data: Readonly<Record<string, string>>;
  readonly version: string;
}

/**
 * The one Secret that Pullgate keeps for itself, its data decoded: `get` and `patch` by name, `create` where the
 * manifests did not bring it. A write fails with `conflict` where somebody wrote since `version`.
 */
export function ownSecret(
  api: KubeApi,
  namespace: string,
  name: string,
): {
  read(signal: AbortSignal): Promise<Lookup<StoredTexts>>;
  write(data: object, version: string | undefined, signal: AbortSignal): Promise<Written['kind']>;
} {
  const all = `/api/v1/namespaces/${namespace}/secrets`;
  return {
    async read(signal) {
      const lookup = await api.get(`${all}/${name}`, signal);
      if (lookup.kind !== 'found') return lookup;
      const version = textAt(objectAt(lookup.value, 'metadata'), 'resourceVersion');
      const data = Object.entries(textsAt(lookup.value, 'data'));
      const texts = data.map(([key, text]) => [key, Buffer.from(text, 'base64').toString('utf8')]);
      return { kind: 'found', value: { data: Object.fromEntries(texts), version } };
    },

    async write(texts, version, signal) {
      const data = Object.fromEntries(
        Object.entries(texts).map(([key, text]) => [key, Buffer.from(String(text)).toString('base64')]),
      );
      const reply = await api.write(
        version === undefined
          ? { method: 'POST', path: all, body: { apiVersion: 'v1', kind: 'Secret', metadata: { name }, data } }
          : {
              method: 'PATCH',
              path: `${all}/${name}`,
              contentType: 'application/merge-patch+json',
              body: { metadata: { resourceVersion: version }, data },
            },
        signal,
      );
      return reply.kind;
    },
  };
}
