import { descend, stringOf } from '../lib/json.ts';
import type { Announcements } from '../engine/ports.ts';
import type { KubeApi } from './kube-api.ts';
import { isName } from './kube.ts';
import { objectAt, textAt } from '../lib/json.ts';

/** A kind of object that a controller makes a Secret from. */
export interface Announcer {
  readonly kind: string;
  /** `group/version`. */
  readonly apiVersion: string;
  /** The plural, as in paths and roles. */
  readonly resource: string;
  /** Where the object says what its Secret is called; where it says nothing, the Secret has the object's name. */
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
 * The `Announcements` port over the Kubernetes API, for `missingSecret: pending`. It gets, and never lists: an object is
 * seen where it has the Secret's own name, as is the custom of both, and where it makes a Secret of that name. What may
 * not be read, or is of a kind that the cluster does not know, announces nothing.
 */
export function kubeAnnouncements(
  api: Pick<KubeApi, 'get'>,
  announcers: readonly Announcer[] = commonAnnouncers,
): Announcements {
  async function announces(announcer: Announcer, namespace: string, secret: string, signal: AbortSignal) {
    const { apiVersion, resource, kind, secretName } = announcer;
    const lookup = await api.get(`/apis/${apiVersion}/namespaces/${namespace}/${resource}/${secret}`, signal);
    if (lookup.kind !== 'found') return undefined;
    return (textIn(lookup.value, secretName) || secret) === secret ? kind : undefined;
  }

  return {
    async announcedBy(namespace, secret, signal) {
      if (!isName(namespace) || !isName(secret)) return undefined;
      const answers = announcers.map((announcer) => announces(announcer, namespace, secret, signal));
      return (await Promise.all(answers)).find((kind) => kind !== undefined);
    },
  };
}

/** The `Announcements` port over manifests: what they announce is on its way, whatever the object is called. */
export function manifestAnnouncements(
  objects: readonly unknown[],
  namespace: string,
  announcers: readonly Announcer[] = commonAnnouncers,
): Announcements {
  const kinds = new Map(
    objects.flatMap((object) => {
      const announcer = announcers.find(
        ({ kind, apiVersion }) => textAt(object, 'kind') === kind && textAt(object, 'apiVersion') === apiVersion,
      );
      if (announcer === undefined) return [];
      const metadata = objectAt(object, 'metadata');
      const secret = textIn(object, announcer.secretName) || textAt(metadata, 'name');
      return [[`${textAt(metadata, 'namespace') || namespace}/${secret}`, announcer.kind] as const];
    }),
  );
  return { announcedBy: (namespace, secret) => Promise.resolve(kinds.get(`${namespace}/${secret}`)) };
}

function textIn(value: unknown, path: readonly string[]): string {
  return stringOf(descend(value, path.slice(0, -1))[path.at(-1) ?? '']);
}

/** Asks `first`, then `second`. */
export function eitherAnnouncements(first: Announcements, second: Announcements): Announcements {
  return {
    announcedBy: async (...question) =>
      (await first.announcedBy(...question)) ?? (await second.announcedBy(...question)),
  };
}
