import type { Lookup } from '../engine/ports.ts';
import type { KubeApi, Written } from './kube-api.ts';
import { objectAt, objectsAt, textAt } from '../lib/json.ts';

interface VersionedBundles {
  readonly version: string;
  readonly bundles: readonly string[];
}

/**
 * The `caBundle` of each webhook of one ValidatingWebhookConfiguration, decoded: `get` and `patch` by name. Nothing
 * else of it is touched, and a write fails with `conflict` where somebody wrote since `version`.
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
      const encoded = objectsAt(lookup.value, 'webhooks').map((webhook) =>
        textAt(objectAt(webhook, 'clientConfig'), 'caBundle'),
      );
      const bundles = encoded.map((bundle) => Buffer.from(bundle, 'base64').toString('utf8'));
      return {
        kind: 'found',
        value: { version: textAt(objectAt(lookup.value, 'metadata'), 'resourceVersion'), bundles },
      };
    },

    async write({ version, bundles }, signal) {
      const body = [
        // With a version in it, the API server refuses the patch where that is not the newest.
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
