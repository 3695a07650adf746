import type { ImageReference } from '../engine/image/image-reference.ts';
import moves from './known-moves.json' with { type: 'json' };

/** Images that are no longer where they were, as their owners announced it. */
export interface Move {
  /** Registry and path of the old place. */
  readonly from: string;
  /** The new place, below which the path is the same; absent: there is none, or the path differs. */
  readonly to?: string;
  /** Year, month and (if known) day. */
  readonly since: string;
  /** What happened, as the end of a sentence that begins with `from`. */
  readonly what: string;
  readonly source: string;
}

/** The move that concerns an image, the one with the longest path; undefined: none is known. */
export function moveOf({ registry, repository }: ImageReference): Move | undefined {
  const name = `${registry}/${repository}`;
  const concerned = (moves as readonly Move[]).filter(({ from }) => name === from || name.startsWith(`${from}/`));
  return concerned.toSorted((a, b) => b.from.length - a.from.length)[0];
}

/** `k8s.gcr.io gets no new images (2023-04-03); they are at registry.k8s.io.` */
export function moveSentence({ from, to, since, what }: Move): string {
  const where = to === undefined ? '' : `; look in ${to}`;
  return `${from} ${what} (${since})${where}.`;
}

/** Registry and repository of the image in its new place; undefined: it cannot be told. */
export function movedName({ registry, repository }: ImageReference, { from, to }: Move): string | undefined {
  return to === undefined ? undefined : `${to}${`${registry}/${repository}`.slice(from.length)}`;
}
