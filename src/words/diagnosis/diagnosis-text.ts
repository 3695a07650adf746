import type { Diagnosis } from '../../diagnose/diagnosis.ts';
import { capitalise, enumerate, inline, quote } from '../plain-text.ts';
import { sentence } from '../sentence.ts';
import { causeWords } from './cause-words.ts';
import { diagnosisFix } from './diagnosis-fix.ts';
import { kubeletText } from './kubelet-text.ts';
import { registryWords } from './registry-words.ts';
import { retryWords } from './retry-words.ts';
import { subjectOfDiagnosis } from './subject.ts';
import { diagnosisTopic, verdictWords } from './verdict-words.ts';

/** One diagnosis as lines of text, for a person. `now` in ms since 1970. */
export function diagnosisText(diagnosis: Diagnosis, now: number): string {
  const { trouble, secrets, secretEvent, alike, pod } = diagnosis;
  const { says, evidence, tried } = registryWords(diagnosis);
  const { advice, commands } = diagnosisFix(diagnosis);
  const subject = subjectOfDiagnosis(diagnosis);
  return [
    `${titleOf(diagnosis)}: ${diagnosisTopic(diagnosis)}`,
    ...labelled('image', trouble.use === undefined ? [] : [inline(trouble.use.image)]),
    ...labelled('state', [
      `${inline(trouble.said.reason, 100)}${pod.node === '' ? '' : ` on node ${quote(pod.node, 63)}`}`,
    ]),
    ...labelled('also', alike.length === 0 ? [] : [`${enumerate(alike, 3, (name) => inline(name, 100))}: the same`]),
    ...labelled('kubelet', kubeletLines(diagnosis)),
    ...labelled('now', [
      says,
      ...(evidence === undefined ? [] : [evidence]),
      ...tried.slice(0, 4).map((line) => `tried ${line}`),
    ]),
    ...labelled('secrets', [
      ...secrets.slice(0, 4).map((finding) => sentence(finding, subject)),
      ...(secretEvent === '' ? [] : [kubeletText(secretEvent)]),
    ]),
    ...labelled('verdict', [verdictWords(diagnosis)]),
    ...labelled('retry', [retryWords(diagnosis, now)]),
    ...labelled('to fix', [
      commands.length === 0 ? advice.replace(/:$/, '.') : advice.replace(/[.:]$/, ':'),
      ...commands,
    ]),
  ].join('\n');
}

/** `Pod shop/web-7d4b-x2x9z, container "app"`. */
export function titleOf({ pod, trouble }: Diagnosis): string {
  const name = `Pod ${inline(pod.namespace, 63)}/${inline(pod.name, 253)}`;
  if (trouble.container === '') return name;
  const place = trouble.use?.kind === 'volume' ? `, volume ${quote(trouble.use.name, 63)}` : '';
  return `${name}, container ${quote(trouble.container, 63)}${place}`;
}

function kubeletLines({ trouble: { said } }: Diagnosis): readonly string[] {
  const meaning = `${capitalise(causeWords[said.cause])}.`;
  const text = kubeletText(said.error);
  if (said.from === 'nowhere')
    return said.cause === 'unknown' ? ['Neither the status nor an Event has a message.'] : [meaning];
  return [meaning, said.from === 'event' ? `${text} (from an Event)` : text];
}

function labelled(label: string, lines: readonly string[]): readonly string[] {
  return lines.map((line, at) => `  ${(at === 0 ? label : '').padEnd(8)}  ${line}`);
}
