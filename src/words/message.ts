import type { Finding } from '../engine/finding.ts';
import { accountOf } from './account.ts';
import { wordsFor, type Subject } from './by-kind.ts';
import { grouped, whereWords, type Group } from './grouped.ts';
import { cutToBytes, inline, utf8Length } from './plain-text.ts';
import { topics } from './topic.ts';

/** In bytes of UTF-8. Fits a terminal, and is far below the limit of the API server. */
const maxBytes = 4096;
/** In bytes. After this size, each further image gets one line instead of a paragraph. */
const paragraphBytes = 2900;
/** In bytes, reserved for `and 12 more.` */
const closingBytes = 40;

/**
 * The text that kubectl prints after `denied the request: `: every finding, denied ones first, each with its cause,
 * path, evidence, the credentials that were tried, and the fix. At most 4 KiB. Lines end with `\n`; the text has no
 * other control character.
 */
export function denialMessage(
  { denied, warned }: { readonly denied: readonly Finding[]; readonly warned: readonly Finding[] },
  subject: Subject,
): string {
  const { groups, left } = grouped(denied, subject);
  const also = grouped(warned, subject);
  const [only] = groups;
  const single = groups.length + left === 1 && only !== undefined;
  const lines = single
    ? [`${objectWords(subject)}${only.uses.length === 0 ? ':' : ','} ${head(only, subject)}`, ...details(only, subject)]
    : [`${objectWords(subject)}: ${groups.length + left} problems.`];
  const shown = [
    ...(single ? [] : groups).map((group) => () => entry('- ', group, subject)),
    ...also.groups.map((group) => () => ({ paragraph: [], line: `- also, as a warning: ${head(group, subject)}` })),
  ];
  return cutToBytes([...lines, ...fitting(shown, left + also.left, utf8Length(lines.join('\n')))].join('\n'), maxBytes);
}

interface Entry {
  readonly line: string;
  readonly paragraph: readonly string[];
}

function entry(bullet: string, group: Group, subject: Subject): Entry {
  return { line: `${bullet}${head(group, subject)}`, paragraph: details(group, subject) };
}

/**
 * Paragraphs while they fit, then single lines, then the number of entries that are left out. Those are not made, because
 * there may be thousands.
 */
function fitting(entries: readonly (() => Entry)[], notShown: number, used: number): readonly string[] {
  const lines: string[] = [];
  let bytes = used;
  for (const [index, make] of entries.entries()) {
    const { line, paragraph } = make();
    const whole = [line, ...paragraph];
    const chosen = bytes + size(whole) <= paragraphBytes ? whole : [line];
    if (bytes + size(chosen) > maxBytes - closingBytes)
      return [...lines, `and ${entries.length + notShown - index} more.`];
    lines.push(...chosen);
    bytes += size(chosen);
  }
  return notShown > 0 ? [...lines, `and ${notShown} more.`] : lines;
}

/** Length of the lines in bytes, each with the newline before it. */
function size(lines: readonly string[]): number {
  return lines.reduce((sum, line) => sum + 1 + utf8Length(line), 0);
}

function objectWords({ kind, namespace, name }: Subject): string {
  return `${inline(kind, 40)} ${inline(namespace, 63)}/${inline(name, 100)}`;
}

function head({ finding, sentence, uses }: Group, subject: Subject): string {
  const where = whereWords(uses, 3);
  return `${where === '' ? '' : `${where}: `}${wordsFor(topics, finding, subject)}. ${sentence}`;
}

/** The labelled lines below the cause. A label without text is left out. */
function details(group: Group, subject: Subject): readonly string[] {
  const { image, at, evidence, tried, note, advice, command } = accountOf(group, subject);
  return [
    ...labelled('image', image),
    ...labelled('at', at),
    ...labelled('evidence', evidence),
    ...labelled('tried', tried),
    ...labelled('note', note),
    ...labelled('to fix', advice),
    ...labelled('', command),
  ];
}

function labelled(label: string, text: string | undefined): readonly string[] {
  return text === undefined ? [] : [`  ${label.padEnd(8)}  ${text}`];
}
