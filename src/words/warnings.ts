import type { Finding } from '../engine/finding.ts';
import type { Subject } from './by-kind.ts';
import { fixFor } from './fixes.ts';
import { grouped, whereWords, type Group } from './grouped.ts';
import { noteWords } from './mitigation-words.ts';
import { cutToBytes, utf8Length } from './plain-text.ts';

/**
 * If all warnings together exceed 4,096 bytes, the API server cuts each to 256. Fifteen of 256 and a last one stay
 * below.
 */
const maxBytes = 256;
const maxWarnings = 15;

/**
 * Warnings for an AdmissionResponse: one line each, the cause first, at most 256 bytes each and 4,096 bytes together.
 * They have no control characters, because the API server silently drops a warning that has one. Several containers
 * with the same image share one warning.
 */
export function warningTexts(findings: readonly Finding[], subject: Subject): readonly string[] {
  const { groups, left: ungrouped } = grouped(findings, subject);
  const texts = groups.slice(0, maxWarnings).map((group) => warning(group, subject));
  const left = groups.length + ungrouped - texts.length;
  return left > 0 ? [...texts, `and ${left} more warnings from Pullgate about this object.`] : texts;
}

/** The cause, then as much as fits of: why it is only a warning, the fix, and the command that explains it. */
function warning({ finding, sentence, uses }: Group, subject: Subject): string {
  const where = whereWords(uses, 1);
  const cause = cutToBytes(where === '' ? sentence : `${where}: ${sentence}`, maxBytes);
  const details = [
    noteWords(finding),
    fixFor(finding, subject).advice.replace(/:$/, '.'),
    `(pullgate explain ${finding.kind})`,
  ];
  return details.reduce<string>((text, part) => {
    const longer = part === undefined ? text : `${text} ${part}`;
    return utf8Length(longer) <= maxBytes ? longer : text;
  }, cause);
}
