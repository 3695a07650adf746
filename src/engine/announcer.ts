/** A kind of object from which a controller creates a Secret. Paths have the format of `valuesAt`. */
export interface Announcer {
  readonly kind: string;
  /** `group/version`. */
  readonly apiVersion: string;
  /** The plural name, as in API paths and RBAC roles. */
  readonly resource: string;
  /** Paths of the names of its Secrets. If none of them has a name, the Secret has the name of the object. */
  readonly secretNames: readonly string[];
  /** Path of the namespace of the Secrets. Without a path or a value, it is the namespace of the object. */
  readonly namespace?: string;
  /** Whether the Secrets may be in any namespace. */
  readonly clusterWide?: boolean;
  /** A field, and the values with which a Secret is created. `null` also stands for a field that is absent. */
  readonly onlyIf?: { readonly path: string; readonly oneOf: readonly unknown[] };
}
