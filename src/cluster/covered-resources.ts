import type { V1ValidatingWebhookConfiguration } from '@kubernetes/client-node';
import type { Lookup } from '../engine/ports.ts';
import { arrayOf, member, objectsAt, parseJson, stringMapOf } from '../lib/json.ts';
import { unverified } from './api-types.ts';
import type { KubeApi } from './kube-api.ts';
import { rulesIn } from './webhook-configuration.ts';

/** Returns whether an object of this resource is sent to the webhook when it is created. */
export type Covers = (group: string, resource: string) => boolean;

/**
 * Reads which resources the rules of a ValidatingWebhookConfiguration cover, with those in its annotations, which Pullgate
 * writes to its webhooks as soon as it serves. It needs the verb `get`.
 */
export async function coveredResources(
  api: Pick<KubeApi, 'get'>,
  name: string,
  signal: AbortSignal,
): Promise<Lookup<Covers>> {
  const lookup = await api.get(`/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations/${name}`, signal);
  if (lookup.kind !== 'found') return lookup;
  const { metadata } = unverified<V1ValidatingWebhookConfiguration>(lookup.value);
  const stored = objectsAt(lookup.value, 'webhooks').flatMap((webhook) => objectsAt(webhook, 'rules'));
  const announced = rulesIn(stringMapOf(metadata?.annotations)).flatMap(({ text }) => arrayOf(parseJson(text)));
  const rules = [...stored, ...announced];
  return {
    kind: 'found',
    value: (group, resource) =>
      rules.some(
        (rule) =>
          has(member(rule, 'apiGroups'), group, '*') &&
          has(member(rule, 'resources'), resource, '*', '*/*') &&
          has(member(rule, 'operations'), 'CREATE', '*'),
      ),
  };
}

function has(list: unknown, ...wanted: readonly string[]): boolean {
  return arrayOf(list).some((item) => wanted.some((one) => one === item));
}
