/*
 * Objects without what only Helm needs, so that objects from Helm and from kustomize can be compared.
 */
import { rulesAnnotation } from '../../src/cluster/webhook-configuration.ts';
import { readConfig } from '../../src/config/read-config.ts';

export interface KubeObject {
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string; readonly annotations?: object };
  readonly data?: Readonly<Record<string, string>>;
  readonly spec?: { readonly template?: { readonly spec?: { readonly volumes?: readonly Volume[] } } };
}

interface Volume {
  readonly name: string;
  readonly configMap?: {
    readonly name: string;
    readonly items?: readonly { readonly key: string; readonly path: string }[];
  };
}

type Change = (objects: readonly KubeObject[]) => readonly KubeObject[];

/** A difference between the objects of Helm and those of kustomize, with the reason, and how both become equal. */
export const differences: readonly { readonly what: string; readonly why: string; readonly remove: Change }[] = [
  {
    what: 'the Namespace',
    why: 'helm install --create-namespace creates it',
    remove: (objects) => objects.filter(({ kind }) => kind !== 'Namespace'),
  },
  {
    what: 'the objects of `helm test`',
    why: 'kustomize has no tests',
    remove: (objects) => objects.filter(({ metadata }) => !Object.hasOwn(metadata.annotations ?? {}, 'helm.sh/hook')),
  },
  {
    what: 'the labels helm.sh/chart, app.kubernetes.io/managed-by and app.kubernetes.io/version',
    why: 'they say where an object comes from',
    remove: without('helm.sh/chart', 'app.kubernetes.io/managed-by', 'app.kubernetes.io/version'),
  },
  {
    what: 'the label app.kubernetes.io/instance, also in selectors',
    why: 'a namespace can have two releases',
    remove: without('app.kubernetes.io/instance'),
  },
  {
    what: 'the annotation pullgate.dev/config of the pods',
    why: 'a changed configuration restarts the replicas, so that `helm upgrade --wait` waits for it',
    remove: without('pullgate.dev/config'),
  },
  {
    what: 'the layout of the JSON in the annotation pullgate.dev/rules',
    why: 'the chart adds the rules of a value',
    remove: (objects) => objects.map(withParsedRules),
  },
  {
    what: 'the form of config.yaml: defaults that are written down, and no comments',
    why: 'the chart merges values into it, and the names follow the release',
    remove: (objects) => objects.map((object) => ({ ...object, ...dataOf(object, configOf) })),
  },
  {
    what: 'the keys of the ConfigMap with certs.d',
    why: 'the chart derives them from the paths; the pods see the same paths',
    remove: withPathsAsKeys,
  },
  {
    what: 'the order of volumes and mounts',
    why: 'it has no meaning',
    remove: (objects) => objects.map((object) => sorted(object) as KubeObject),
  },
];

/** Returns the objects by kind, namespace and name, without the differences. */
export function meaningOf(objects: readonly KubeObject[]): Readonly<Record<string, KubeObject>> {
  const same = differences.reduce((list, { remove }) => remove(list), objects);
  return Object.fromEntries(
    same
      .map((object) => [`${object.kind} ${object.metadata.namespace ?? ''}/${object.metadata.name}`, object] as const)
      .toSorted(([one], [other]) => (one < other ? -1 : 1)),
  );
}

function without(...keys: readonly string[]): Change {
  function pruned(node: unknown): unknown {
    if (Array.isArray(node)) return node.map(pruned);
    if (typeof node !== 'object' || node === null) return node;
    const all = Object.entries(node);
    const kept = all.filter(([key]) => !keys.includes(key)).map(([key, value]) => [key, pruned(value)] as const);
    return kept.length === 0 && all.length > 0
      ? undefined
      : Object.fromEntries(kept.filter(([, value]) => value !== undefined));
  }
  return (objects) => objects.map((object) => pruned(object) as KubeObject);
}

function withParsedRules(object: KubeObject): KubeObject {
  const { annotations } = object.metadata;
  const text: unknown = (annotations as Readonly<Record<string, unknown>> | undefined)?.[rulesAnnotation];
  if (typeof text !== 'string') return object;
  return {
    ...object,
    metadata: { ...object.metadata, annotations: { ...annotations, [rulesAnnotation]: JSON.parse(text) as unknown } },
  };
}

function dataOf({ data }: KubeObject, change: (key: string, text: string) => unknown): object {
  if (data === undefined) return {};
  return { data: Object.fromEntries(Object.entries(data).map(([key, text]) => [key, change(key, text)])) };
}

/** The configuration as the program reads it. Throws if it is invalid. */
function configOf(key: string, text: string): unknown {
  if (key !== 'config.yaml') return text;
  const result = readConfig({ name: key, text });
  if (result.kind === 'invalid') throw new Error(result.problem);
  return result.config;
}

function withPathsAsKeys(objects: readonly KubeObject[]): readonly KubeObject[] {
  const volumes = objects.flatMap(({ spec }) => spec?.template?.spec?.volumes ?? []);
  const paths = new Map(
    volumes.flatMap(({ configMap }) =>
      (configMap?.items ?? []).map(({ key, path }) => [`${configMap?.name}/${key}`, path]),
    ),
  );
  return objects.map((object) => {
    const { data, metadata, spec } = object;
    if (data !== undefined) {
      const entries = Object.entries(data).map(([key, text]) => [paths.get(`${metadata.name}/${key}`) ?? key, text]);
      return { ...object, data: Object.fromEntries(entries) as Record<string, string> };
    }
    return spec?.template === undefined ? object : (keyless(object) as KubeObject);
  });
}

/** Without the keys of `items`, which are compared as the paths of the ConfigMap. */
function keyless(node: unknown): unknown {
  return JSON.parse(JSON.stringify(node, (name, value: unknown) => (name === 'items' ? undefined : value)));
}

function sorted(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(sorted);
  if (typeof node !== 'object' || node === null) return node;
  return Object.fromEntries(
    Object.entries(node).map(([key, value]: [string, unknown]) => {
      const named = (key === 'volumes' || key === 'volumeMounts') && Array.isArray(value);
      return [
        key,
        named ? value.map(sorted).toSorted((one, other) => (nameOf(one) < nameOf(other) ? -1 : 1)) : sorted(value),
      ];
    }),
  );
}

function nameOf(item: unknown): string {
  return (item as { readonly name: string }).name;
}
