import type { V1ValidatingWebhookConfiguration } from '@kubernetes/client-node';
import type { Lookup } from '../engine/ports.ts';
import { arrayOf, isObject, stringMapOf, stringOf } from '../lib/json.ts';
import { itemsOf, unverified, type Unverified } from './api-types.ts';
import type { KubeApi, Written } from './kube-api.ts';

interface Entry {
  readonly host: string;
  readonly path: string;
  readonly service: boolean;
  readonly bundle: string;
  readonly failClosed: boolean;
  readonly rules: readonly object[];
}

interface Entries {
  readonly version: string;
  readonly generation: number;
  readonly entries: readonly Entry[];
  readonly rules: readonly { readonly annotation: string; readonly text: string }[];
}

interface Changes {
  readonly version: string;
  readonly changes: readonly {
    readonly index: number;
    readonly bundle?: string;
    readonly path?: string;
    readonly rules?: readonly object[];
  }[];
}

const collection = '/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations';

/** The annotation with the rules that Pullgate writes to its entries. Others with this name, a hyphen and more add rules. */
export const rulesAnnotation = 'pullgate.dev/rules';

/** Duration of one watch, in seconds. undici gives up on a silent body after 300 s. */
const watchSeconds = 240;

/**
 * What the API server calls for each webhook of a ValidatingWebhookConfiguration. It uses `get`, `patch` and `watch` by
 * name. A write changes only the fields in `changes`, and fails with `conflict` if somebody wrote after `version`.
 */
export function webhookConfiguration(
  api: KubeApi,
  name: string,
): {
  read(signal: AbortSignal): Promise<Lookup<Entries>>;
  write(changes: Changes, signal: AbortSignal): Promise<Written['kind']>;
  watch(onChange: () => void, signal: AbortSignal): Promise<boolean>;
} {
  const path = `${collection}/${name}`;
  return {
    async read(signal) {
      const lookup = await api.get(path, signal);
      if (lookup.kind !== 'found') return lookup;
      const { metadata, webhooks } = unverified<V1ValidatingWebhookConfiguration>(lookup.value);
      const entries = itemsOf(webhooks).map(({ clientConfig, failurePolicy, rules }) => ({
        ...calledAt(clientConfig),
        // `Fail` is the default of admissionregistration.k8s.io/v1.
        failClosed: failurePolicy !== 'Ignore',
        rules: arrayOf(rules).filter(isObject),
      }));
      const version = stringOf(metadata?.resourceVersion);
      const rules = rulesIn(stringMapOf(metadata?.annotations));
      return { kind: 'found', value: { version, generation: Number(metadata?.generation), entries, rules } };
    },

    async write({ version, changes }, signal) {
      const body = [
        // With a version in the patch, the API server rejects it if that is not the newest version.
        { op: 'replace', path: '/metadata/resourceVersion', value: version },
        ...changes.flatMap(({ index, bundle, path, rules }) => {
          const at = `/webhooks/${index}`;
          const ca = bundle === undefined ? undefined : Buffer.from(bundle).toString('base64');
          return [
            { op: 'add', path: `${at}/clientConfig/caBundle`, value: ca },
            { op: 'add', path: `${at}/clientConfig/service/path`, value: path },
            { op: 'add', path: `${at}/rules`, value: rules },
          ].filter(({ value }) => value !== undefined);
        }),
      ];
      const contentType = 'application/json-patch+json';
      return (await api.write({ method: 'PATCH', path, contentType, body }, signal)).kind;
    },

    async watch(onChange, signal) {
      // Without a resourceVersion, the watch starts with the present state. So no change is lost between two watches.
      const selector = encodeURIComponent(`metadata.name=${name}`);
      const query = `watch=true&fieldSelector=${selector}&timeoutSeconds=${watchSeconds}`;
      const stream = await api.list(`${collection}?${query}`, signal);
      if (stream.kind !== 'found') return false;
      try {
        for await (const bytes of stream.value) if (bytes.length > 0) onChange();
        return true;
      } catch {
        return false;
      }
    },
  };
}

type ClientConfig = Unverified<NonNullable<V1ValidatingWebhookConfiguration['webhooks']>[number]['clientConfig']>;

/** Where the API server sends the calls of one webhook. Without a path it calls `/`. */
function calledAt(config: ClientConfig | undefined): Omit<Entry, 'failClosed' | 'rules'> {
  const bundle = Buffer.from(stringOf(config?.caBundle), 'base64').toString('utf8');
  const service = config?.service;
  if (service !== undefined) {
    const host = `${stringOf(service.name)}.${stringOf(service.namespace)}.svc`;
    return { host, path: stringOf(service.path) || '/', service: true, bundle };
  }
  const url = URL.parse(stringOf(config?.url));
  const host = url?.hostname.replace(/^\[(.*)\]$/, '$1') ?? '';
  return { host, path: url?.pathname ?? '/', service: false, bundle };
}

/** Returns the annotations with rules, in the order of their names, so that all replicas write the same. */
export function rulesIn(annotations: Readonly<Record<string, string>>): Entries['rules'] {
  return Object.entries(annotations)
    .filter(([name]) => name === rulesAnnotation || name.startsWith(`${rulesAnnotation}-`))
    .toSorted(([one], [other]) => (one < other ? -1 : 1))
    .map(([annotation, text]) => ({ annotation, text }));
}
