import type { Finding } from '../engine/finding.ts';
import { wordsFor, type Subject } from './by-kind.ts';
import { fixFor } from './fixes.ts';
import { evidenceWords } from './evidence.ts';
import { grouped, whereWords, type Group } from './grouped.ts';
import { mitigationWords } from './mitigation-words.ts';
import { cutToBytes, enumerate, inline, utf8Length } from './plain-text.ts';
import { topics } from './topic.ts';
import { triedWords } from './tried.ts';

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
function details({ finding, uses }: Group, subject: Subject): readonly string[] {
  const { advice, command } = fixFor(finding, subject);
  const evidence = 'answer' in finding ? evidenceWords(finding.answer, finding.reference?.registry) : undefined;
  const tried = 'attempts' in finding ? triedWords(finding.attempts, finding.unused) : [];
  const mitigation = finding.mitigation === undefined ? undefined : mitigationWords[finding.mitigation];
  return [
    ...labelled('image', inline(finding.use?.image ?? '') || undefined),
    ...labelled('at', uses.length === 0 ? undefined : enumerate(uses, 3, ({ path }) => inline(path, 100))),
    ...labelled('evidence', evidence),
    ...labelled(
      'tried',
      tried.length === 0
        ? undefined
        : [...tried.slice(0, 4), ...(tried.length > 4 ? [`${tried.length - 4} more`] : [])].join('; '),
    ),
    ...labelled('note', mitigation),
    ...labelled('to fix', advice.replace(/[.:]$/, command === undefined ? '.' : ':')),
    ...labelled('', command),
  ];
}

function labelled(label: string, text: string | undefined): readonly string[] {
  return text === undefined ? [] : [`  ${label.padEnd(8)}  ${text}`];
}
