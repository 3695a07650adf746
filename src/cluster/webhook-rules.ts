import type { V1ValidatingWebhookConfiguration } from '@kubernetes/client-node';
import type { Lookup } from '../engine/ports.ts';
import { arrayOf } from '../lib/json.ts';
import { itemsOf, unverified } from './api-types.ts';
import type { KubeApi } from './kube-api.ts';

/** Returns whether an object of this resource is sent to the webhook when it is created. */
export type Covers = (group: string, resource: string) => boolean;

/** Reads which resources the rules of a ValidatingWebhookConfiguration cover. It needs the verb `get`. */
export async function webhookRules(
  api: Pick<KubeApi, 'get'>,
  name: string,
  signal: AbortSignal,
): Promise<Lookup<Covers>> {
  const lookup = await api.get(`/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations/${name}`, signal);
  if (lookup.kind !== 'found') return lookup;
  const webhooks = itemsOf(unverified<V1ValidatingWebhookConfiguration>(lookup.value).webhooks);
  const rules = webhooks.flatMap((webhook) => itemsOf(webhook.rules));
  return {
    kind: 'found',
    value: (group, resource) =>
      rules.some(
        ({ apiGroups, resources, operations }) =>
          has(apiGroups, group, '*') && has(resources, resource, '*', '*/*') && has(operations, 'CREATE', '*'),
      ),
  };
}

function has(list: unknown, ...wanted: readonly string[]): boolean {
  return arrayOf(list).some((item) => wanted.some((one) => one === item));
}
