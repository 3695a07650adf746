import type { Finding } from '../engine/finding.ts';
import type { Subject } from './by-kind.ts';
import { fixFor } from './fixes.ts';
import { grouped, whereWords, type Group } from './grouped.ts';
import { mitigationWords } from './mitigation-words.ts';
import { cutToBytes, utf8Length } from './plain-text.ts';

/** Over 4,096 in all the API server cuts each warning to 256: fifteen of 256 and the closing one stay below. */
const maxBytes = 256;
const maxWarnings = 15;

/**
 * Warnings for an AdmissionResponse: one line each, without control characters (the API server drops one with any, and
 * says nothing), the cause first, at most 256 bytes each and 4,096 together. What is said of one image in many
 * containers is said once.
 */
export function warningTexts(findings: readonly Finding[], subject: Subject): readonly string[] {
  const groups = grouped(findings, subject);
  const texts = groups.slice(0, maxWarnings).map((group) => warning(group, subject));
  const left = groups.length - texts.length;
  return left > 0 ? [...texts, `and ${left} more warnings of Pullgate about this object.`] : texts;
}

/** As much of it as fits: cause, why it is only a warning, what to do, where to read on. */
function warning({ finding, sentence, uses }: Group, subject: Subject): string {
  const where = whereWords(uses, 1);
  const cause = cutToBytes(where === '' ? sentence : `${where}: ${sentence}`, maxBytes);
  const further = [
    finding.mitigation === undefined ? undefined : mitigationWords[finding.mitigation],
    fixFor(finding, subject).advice.replace(/:$/, '.'),
    `(pullgate explain ${finding.kind})`,
  ];
  return further.reduce<string>((text, part) => {
    const longer = part === undefined ? text : `${text} ${part}`;
    return utf8Length(longer) <= maxBytes ? longer : text;
  }, cause);
}
