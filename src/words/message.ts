/**
 * The room of the words: what Pullgate says of what the engine found. Pure as the engine, in a fixed vocabulary: nothing
 * that a registry sent is read aloud.
 */
import type { Finding } from '../engine/finding.ts';
import { wordsFor, type Subject } from './by-kind.ts';
import { fixFor } from './fixes.ts';
import { evidenceWords } from './evidence.ts';
import { grouped, whereWords, type Group } from './grouped.ts';
import { mitigationWords } from './mitigation-words.ts';
import { cutToBytes, enumerate, inline, utf8Length } from './plain-text.ts';
import { topics } from './topic.ts';
import { triedWords } from './tried.ts';

/** Bytes of UTF-8: what a terminal shows at a glance, and far below what the API server takes. */
const maxBytes = 4096;
/** From here on each further image gets a line in place of a paragraph. */
const paragraphBytes = 2900;
/** Kept free for `and 12 more.` */
const closingBytes = 40;

/**
 * What kubectl prints after `denied the request: `: every broken image of the object, denied ones first, each with its
 * cause, place, evidence, what was tried, and what to do. At most 4 KiB; lines end with `\n`, and there is no other
 * control character in it.
 */
export function denialMessage(
  { denied, warned }: { readonly denied: readonly Finding[]; readonly warned: readonly Finding[] },
  subject: Subject,
): string {
  const groups = grouped(denied, subject);
  const also = grouped(warned, subject);
  const [only] = groups;
  const single = groups.length === 1 && only !== undefined;
  const lines = single
    ? [`${objectWords(subject)}${only.uses.length === 0 ? ':' : ','} ${head(only, subject)}`, ...details(only, subject)]
    : [`${objectWords(subject)}: ${groups.length} problems.`];
  const entries = [
    ...(single ? [] : groups.map((group) => entry('- ', group, subject))),
    ...also.map((group) => ({ paragraph: [], line: `- also, as a warning: ${head(group, subject)}` })),
  ];
  return cutToBytes([...lines, ...fitting(entries, utf8Length(lines.join('\n')))].join('\n'), maxBytes);
}

interface Entry {
  readonly line: string;
  readonly paragraph: readonly string[];
}

function entry(bullet: string, group: Group, subject: Subject): Entry {
  return { line: `${bullet}${head(group, subject)}`, paragraph: details(group, subject) };
}

/** Paragraphs while there is room for them, then single lines, then a number. */
function fitting(entries: readonly Entry[], used: number): readonly string[] {
  const lines: string[] = [];
  let bytes = used;
  for (const [index, { line, paragraph }] of entries.entries()) {
    const whole = [line, ...paragraph];
    const chosen = bytes + size(whole) <= paragraphBytes ? whole : [line];
    if (bytes + size(chosen) > maxBytes - closingBytes) return [...lines, `and ${entries.length - index} more.`];
    lines.push(...chosen);
    bytes += size(chosen);
  }
  return lines;
}

/** Bytes of these lines, each with the newline before it. */
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

/** The lines below the cause, each only where there is something to say. */
function details({ finding, uses }: Group, subject: Subject): readonly string[] {
  const { advice, command } = fixFor(finding, subject);
  const evidence = 'answer' in finding ? evidenceWords(finding.answer, finding.reference?.registry) : undefined;
  const tried = 'attempts' in finding ? triedWords(finding.attempts, finding.unused) : [];
  const mitigation = finding.mitigation === undefined ? undefined : mitigationWords[finding.mitigation];
  return [
    ...labelled('image', finding.use && inline(finding.use.image)),
    ...labelled(
      'at',
      uses.length === 0
        ? undefined
        : enumerate(
            uses.map(({ path }) => inline(path, 100)),
            3,
          ),
    ),
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
