import { arrayOf, isObject, objectOf } from '../lib/json.ts';

/*
 * The types of @kubernetes/client-node, adapted to JSON. Nothing here loads the library. It renames fields that are
 * keywords (`continue` is `_continue`): read such a field with `textAt`.
 */

/** A body to write: `T` with texts instead of Dates. */
export type Wire<T> = T extends Date ? string : T extends object ? { readonly [K in keyof T]: Wire<T[K]> } : T;

/**
 * A body to read: the compiler checks the field names of `T`, but any field may be absent or of another type. Read it
 * with `?.`, its texts with `stringOf`, its maps with `stringMapOf` and its lists of objects with `itemsOf`.
 */
export type Unverified<T> =
  T extends ReadonlyArray<infer Item>
    ? UnverifiedList<Item>
    : T extends Date
      ? unknown
      : T extends object
        ? { readonly [K in keyof T]?: Unverified<NonNullable<T[K]>> }
        : unknown;

declare const item: unique symbol;

/** A field that should be a list of `Item`. */
export interface UnverifiedList<Item> {
  readonly [item]?: Item;
}

/** `value` as an unverified `T`; without fields if it is not an object. */
export function unverified<T>(value: unknown): Unverified<T> {
  return objectOf(value) as Unverified<T>;
}

/** The objects in a list; none if it is absent or not a list. */
export function itemsOf<Item>(list: UnverifiedList<Item> | undefined): readonly Unverified<Item>[] {
  return arrayOf(list)
    .filter(isObject)
    .map((value) => unverified<Item>(value));
}
