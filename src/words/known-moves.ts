import { repositoryName, type ImageReference } from '../engine/image/image-reference.ts';
import { inline } from './plain-text.ts';
import moves from './known-moves.json' with { type: 'json' };

/** A registry, or a part of one, that moved or closed, as its owner or its users reported it. */
export interface Move {
  /** The old place: a registry, or a registry and a path. */
  readonly from: string;
  /** What happened to the old place: `was frozen` (no new images), `was closed`. */
  readonly what: string;
  /** The date as `2023-04-03` or `2023-04`, also one in the future. Absent if no source names it. */
  readonly since?: string;
  /** The new place, with the same path below it. Absent if there is none, or if the path may differ. */
  readonly to?: string;
  /** Whether the new place has the tags of the old one. */
  readonly sameTags?: boolean;
  /** Whether every pull from the old place fails. */
  readonly gone?: boolean;
  /** What else the user must know. */
  readonly note?: string;
  /** The URL of the announcement or report. */
  readonly source: string;
}

/** The moves and closures that Pullgate knows. Looked up in November 2026. */
export const knownMoves: readonly Move[] = moves;

/** The move of an image. Matches whole segments of the path, the most of them first. Undefined if none is known. */
export function moveOf(reference: ImageReference): Move | undefined {
  const name = repositoryName(reference);
  const matching = knownMoves.filter(({ from }) => name === from || name.startsWith(`${from}/`));
  return matching.toSorted((a, b) => b.from.length - a.from.length)[0];
}

/**
 * The name of the image in the new place, with its tag if the new place has the old tags. It has no digest, because a
 * copy may have another one. Undefined if the new place is unknown.
 */
export function movedImage(reference: ImageReference, { from, to, sameTags }: Move): string | undefined {
  if (to === undefined) return undefined;
  const tag = sameTags === true && reference.tag !== undefined ? `:${reference.tag}` : '';
  return `${to}${repositoryName(reference).slice(from.length)}${tag}`;
}

/** `k8s.gcr.io was frozen on 2023-04-03: use registry.k8s.io/pause:3.9.` `image`: the image in the new place. */
export function moveSentence({ from, what, since, note }: Move, image: string | undefined): string {
  const event = `${from} ${what}${since === undefined ? '' : dateWords(since)}`;
  const advice = [...(image === undefined ? [] : [`use ${inline(image)}`]), ...(note === undefined ? [] : [note])];
  return `${[event, ...(advice.length === 0 ? [] : [advice.join(', ')])].join(': ')}.`;
}

function dateWords(date: string): string {
  return ` ${date.length === '2023-04-03'.length ? 'on' : 'in'} ${date}`;
}
