import type { Redacted } from '../../src/lib/redacted.ts';

/**
 * Field paths that only a JSON schema (a literal type) or only a config type has. A path ends in `?` if the field may be
 * absent: one with a default, or a required one, is always there.
 */
export interface Difference<Schema, Type> {
  readonly onlyInSchema: Exclude<OfSchema<Schema, Defs<Schema>>, OfType<Type> | 'apiVersion' | 'kind'>;
  readonly onlyInType: Exclude<OfType<Type>, OfSchema<Schema, Defs<Schema>>>;
}

type Defs<Schema> = Schema extends { readonly $defs: infer D } ? D : never;

type Resolved<S, D> = S extends { readonly $ref: `#/$defs/${infer N}` } ? (N extends keyof D ? D[N] : never) : S;

type Items<S, D> = S extends { readonly items: infer I } ? Resolved<I, D> : S;

type IsRequired<S, K> = S extends { readonly required: readonly (infer R)[] } ? (K extends R ? true : false) : false;

type IsPresent<S, K, Field> = Field extends { readonly default: unknown } ? true : IsRequired<S, K>;

type OfSchema<S, D> = S extends { readonly properties: infer P }
  ? {
      [K in keyof P & string]: Named<K, IsPresent<S, K, P[K]>> | Below<K, OfSchema<Items<Resolved<P[K], D>, D>, D>>;
    }[keyof P & string]
  : never;

type Element<T> = T extends readonly (infer E)[] ? E : T;

type OfType<T> = T extends Redacted
  ? never
  : T extends object
    ? {
        [K in keyof T & string]-?:
          Named<K, object extends Pick<T, K> ? false : true> | Below<K, OfType<Element<NonNullable<T[K]>>>>;
      }[keyof T & string]
    : never;

type Named<K extends string, Present> = Present extends true ? K : `${K}?`;

type Below<K extends string, Rest> = Rest extends string ? `${K}.${Rest}` : never;
