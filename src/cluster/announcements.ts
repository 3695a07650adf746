import type { KubernetesObject } from '@kubernetes/client-node';
import type { Announcements } from '../engine/ports.ts';
import { descend, stringOf } from '../lib/json.ts';
import { unverified } from './api-types.ts';
import type { KubeApi } from './kube-api.ts';
import { isName } from './kube.ts';

/** A kind of object from which a controller creates a Secret. */
export interface Announcer {
  readonly kind: string;
  /** `group/version`. */
  readonly apiVersion: string;
  /** The plural name, as in API paths and RBAC roles. */
  readonly resource: string;
  /** Path of the field with the Secret's name. If the field is empty, the Secret has the name of the object. */
  readonly secretName: readonly string[];
}

const externalSecret = { kind: 'ExternalSecret', resource: 'externalsecrets', secretName: ['spec', 'target', 'name'] };

/** External Secrets Operator (v1, and v1beta1 of its older releases) and Sealed Secrets. */
export const commonAnnouncers: readonly Announcer[] = [
  { ...externalSecret, apiVersion: 'external-secrets.io/v1' },
  { ...externalSecret, apiVersion: 'external-secrets.io/v1beta1' },
  {
    kind: 'SealedSecret',
    apiVersion: 'bitnami.com/v1alpha1',
    resource: 'sealedsecrets',
    secretName: ['spec', 'template', 'metadata', 'name'],
  },
];

/**
 * The `Announcements` port over the Kubernetes API, for `missingSecret: pending`. It uses `get` and never `list`, so it
 * finds an object only if the object has the Secret's own name, which is the custom for these kinds. The object must
 * also create a Secret of that name. An object that may not be read, or whose kind is not installed, announces nothing.
 */
export function kubeAnnouncements(
  api: Pick<KubeApi, 'get'>,
  announcers: readonly Announcer[] = commonAnnouncers,
): Announcements {
  async function announces(announcer: Announcer, namespace: string, secret: string, signal: AbortSignal) {
    const { apiVersion, resource, kind, secretName } = announcer;
    const lookup = await api.get(`/apis/${apiVersion}/namespaces/${namespace}/${resource}/${secret}`, signal);
    if (lookup.kind !== 'found') return undefined;
    return (textAtPath(lookup.value, secretName) || secret) === secret ? kind : undefined;
  }

  return {
    async announcedBy(namespace, secret, signal) {
      if (!isName(namespace) || !isName(secret)) return undefined;
      const answers = announcers.map((announcer) => announces(announcer, namespace, secret, signal));
      return (await Promise.all(answers)).find((kind) => kind !== undefined);
    },
  };
}

/**
 * The `Announcements` port over manifests. It finds every announced Secret, whatever the name of the object that
 * announces it. An object without a namespace belongs to `namespace`.
 */
export function manifestAnnouncements(
  objects: readonly unknown[],
  namespace: string,
  announcers: readonly Announcer[] = commonAnnouncers,
): Announcements {
  const kinds = new Map(
    objects.flatMap((value) => {
      const object = unverified<KubernetesObject>(value);
      const announcer = announcers.find(
        ({ kind, apiVersion }) => object.kind === kind && object.apiVersion === apiVersion,
      );
      if (announcer === undefined) return [];
      const secret = textAtPath(value, announcer.secretName) || stringOf(object.metadata?.name);
      return [[`${stringOf(object.metadata?.namespace) || namespace}/${secret}`, announcer.kind] as const];
    }),
  );
  return { announcedBy: (namespace, secret) => Promise.resolve(kinds.get(`${namespace}/${secret}`)) };
}

function textAtPath(value: unknown, path: readonly string[]): string {
  return stringOf(descend(value, path.slice(0, -1))[path.at(-1) ?? '']);
}

/** An `Announcements` port that asks `first`, and then `second` if `first` found nothing. */
export function eitherAnnouncements(first: Announcements, second: Announcements): Announcements {
  return {
    announcedBy: async (...question) =>
      (await first.announcedBy(...question)) ?? (await second.announcedBy(...question)),
  };
}
