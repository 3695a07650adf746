import type { Announcements } from '../engine/ports.ts';
import { textAt } from '../lib/json.ts';
import type { Announcer } from '../engine/announcer.ts';
import { announcedSecrets, announcerOf, commonAnnouncers } from './announcers.ts';
import { copierOf } from './copied-secrets.ts';
import type { KubeApi } from './kube-api.ts';
import { isName, listPath } from './kube.ts';
import { readListItems } from './list-items.ts';

/** Objects of one kind that are read in one namespace, and bytes of each. */
const pageSize = 500;
const itemLimit = 1024 * 1024;

/**
 * The `Announcements` port over the Kubernetes API, for `missingSecret: pending`. It gets the object that has the
 * Secret's own name, and if that announces nothing it lists the objects of the namespace. An object that may not be read,
 * or whose kind is not installed, announces nothing.
 */
export function kubeAnnouncements(
  api: Pick<KubeApi, 'get' | 'list'>,
  announcers: readonly Announcer[] = commonAnnouncers,
): Announcements {
  async function announces(announcer: Announcer, namespace: string, secret: string, signal: AbortSignal) {
    const all = pathOf(announcer, namespace);
    const announced = (object: unknown): boolean =>
      announcedSecrets(announcer, object, namespace).some(
        (found) => found.name === secret && (found.namespace ?? namespace) === namespace,
      );
    const own = await api.get(`${all}/${secret}`, signal);
    if (own.kind === 'found' && announced(own.value)) return announcer.kind;
    // If its name is that of the object, the object was just read.
    if (announcer.secretNames.length === 0 || own.kind === 'forbidden') return undefined;
    const list = await api.list(`${all}?limit=${pageSize}`, signal);
    if (list.kind !== 'found') return undefined;
    let found = false;
    await readListItems(list.value, itemLimit, (object) => (found ||= announced(object))).catch(() => undefined);
    return found ? announcer.kind : undefined;
  }

  return {
    async announcedBy(namespace, secret, signal) {
      if (!isName(namespace) || !isName(secret)) return undefined;
      const answers = announcers.map((announcer) => announces(announcer, namespace, secret, signal));
      return (await Promise.all(answers)).find((kind) => kind !== undefined);
    },
  };
}

function pathOf({ apiVersion, resource, clusterWide }: Announcer, namespace: string): string {
  return listPath(`/apis/${apiVersion}`, resource, clusterWide === true ? undefined : namespace);
}

/**
 * The `Announcements` port over manifests: what they announce will come once they are applied, also as a copy of a Secret
 * of theirs. An object without a namespace belongs to `namespace`.
 */
export function manifestAnnouncements(
  objects: readonly unknown[],
  namespace: string,
  announcers: readonly Announcer[] = commonAnnouncers,
): Announcements {
  const announced = objects.flatMap((object) => {
    const announcer = announcerOf(announcers, {
      kind: textAt(object, 'kind'),
      apiVersion: textAt(object, 'apiVersion'),
    });
    if (announcer === undefined) return [];
    return announcedSecrets(announcer, object, namespace).map((secret) => ({ ...secret, kind: announcer.kind }));
  });
  return {
    async announcedBy(wanted, name) {
      const by = announced.find((secret) => secret.name === name && (secret.namespace ?? wanted) === wanted);
      return by?.kind ?? copierOf(objects, wanted, name);
    },
  };
}

/** An `Announcements` port that asks `first`, and then `second` if `first` found nothing. */
export function eitherAnnouncements(first: Announcements, second: Announcements): Announcements {
  return {
    announcedBy: async (...question) =>
      (await first.announcedBy(...question)) ?? (await second.announcedBy(...question)),
  };
}
