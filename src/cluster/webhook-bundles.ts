import type { V1ValidatingWebhookConfiguration } from '@kubernetes/client-node';
import type { Lookup } from '../engine/ports.ts';
import { stringOf } from '../lib/json.ts';
import { itemsOf, unverified } from './api-types.ts';
import type { KubeApi, Written } from './kube-api.ts';

interface VersionedBundles {
  readonly version: string;
  readonly bundles: readonly string[];
}

/**
 * The decoded `caBundle` of each webhook of a ValidatingWebhookConfiguration. It uses `get` and `patch` by name. A
 * write changes no other field, and fails with `conflict` if somebody wrote after `version`.
 */
export function webhookBundles(
  api: KubeApi,
  name: string,
): {
  read(signal: AbortSignal): Promise<Lookup<VersionedBundles>>;
  write(next: VersionedBundles, signal: AbortSignal): Promise<Written['kind']>;
} {
  const path = `/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations/${name}`;
  return {
    async read(signal) {
      const lookup = await api.get(path, signal);
      if (lookup.kind !== 'found') return lookup;
      const { metadata, webhooks } = unverified<V1ValidatingWebhookConfiguration>(lookup.value);
      const bundles = itemsOf(webhooks).map(({ clientConfig }) =>
        Buffer.from(stringOf(clientConfig?.caBundle), 'base64').toString('utf8'),
      );
      return { kind: 'found', value: { version: stringOf(metadata?.resourceVersion), bundles } };
    },

    async write({ version, bundles }, signal) {
      const body = [
        // With a version in the patch, the API server rejects it if that is not the newest version.
        { op: 'replace', path: '/metadata/resourceVersion', value: version },
        ...bundles.map((bundle, index) => ({
          op: 'add',
          path: `/webhooks/${index}/clientConfig/caBundle`,
          value: Buffer.from(bundle).toString('base64'),
        })),
      ];
      const contentType = 'application/json-patch+json';
      return (await api.write({ method: 'PATCH', path, contentType, body }, signal)).kind;
    },
  };
}
