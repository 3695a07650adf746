import type { Refused } from '../engine/answer.ts';
import type { CredentialSource } from '../engine/keyring/credential.ts';
import type { FindingOf, Subject } from './by-kind.ts';
import { quote, inline } from './plain-text.ts';
import { habitOf } from './registry-habits.ts';
import { likeliestUnused, sourceName, unusedWords } from './tried.ts';
import { splitImage } from './written-image.ts';

type Denial = FindingOf<'access-denied' | 'access-unknown'>;

/** Whether what was refused is there for a GET. */
function isHeadAlone({ answer }: Denial): boolean {
  return answer.evidence.getStatus !== undefined && answer.evidence.getStatus < 300;
}

/** Whether it is the registry that is wrong, and not the credential. */
export function isBroken(finding: Denial): boolean {
  return finding.answer.reason === 'challenge' || isHeadAlone(finding);
}

/** Why an image was refused, and the other reading where the registry's answer has two. */
export function refusalSentence(finding: Denial, subject: Subject): string {
  const second = secondReading(finding);
  return `${firstReading(finding, subject)}.${second === undefined ? '' : ` Perhaps ${second}.`}`;
}

/** The credential whose refusal is the finding's cause; undefined: it was an anonymous pull. */
export function refusedSource({ attempts, answer }: Denial): CredentialSource | undefined {
  return (attempts.find((attempt) => attempt.answer === answer) ?? attempts.at(-1))?.source;
}

function firstReading(finding: Denial, subject: Subject): string {
  const { answer, unused } = finding;
  const host = inline(answer.evidence.host, 80);
  const source = refusedSource(finding);
  if (isHeadAlone(finding)) {
    const whose = source === undefined ? '' : ` with ${sourceName(source)}`;
    return `${host} refuses the image${whose} when asked by HEAD, as nodes ask, though GET finds the image`;
  }
  if (answer.reason === 'challenge') {
    return `${host} answers 401 and does not say how to log in, so no container runtime can`;
  }
  if (source !== undefined) return refusedWith[answer.reason](host, sourceName(source), answer);
  const secret = likeliestUnused(unused);
  const needs = answer.evidence.status === 403 ? 'refuses a pull without credentials (403)' : 'asks for credentials';
  const registry = finding.use === undefined ? host : splitImage(finding.use.image).registry;
  return `${host} ${needs}, and ${secret === undefined ? 'no pull secret is set for it' : unusedWords(secret, registry, subject)}`;
}

const refusedWith: Readonly<
  Record<Exclude<Refused['reason'], 'challenge'>, (host: string, source: string, answer: Refused) => string>
> = {
  'no-credentials': (host, source) => `${host} asks for credentials that ${source} does not hold`,
  rejected: (host, source, { evidence }) =>
    evidence.status === 403
      ? `${host} turns ${source} away (403): it has expired or may not pull this image`
      : `${host} does not accept ${source}: wrong or expired password`,
  'token-refused': (host, source, { evidence }) =>
    evidence.status === 401
      ? `the token service of ${host} does not accept ${source}: wrong or expired password`
      : `the token service of ${host} gives ${source} no right to pull`,
  'no-permission': (host, source) => `${host} knows ${source}, but does not let it pull this image`,
};

/**
 * What else the same answer may mean. Registries hide what is private: many answer alike for a repository that is
 * missing, and some answer 403 for a missing tag. A password that a token service met with 401 is not in doubt.
 */
function secondReading(finding: Denial): string | undefined {
  const { use, answer } = finding;
  if (use === undefined || isBroken(finding)) return undefined;
  const { status, asked } = answer.evidence;
  if (status === 401 && asked === 'token' && refusedSource(finding) !== undefined) return undefined;
  const { registry, repository } = splitImage(use.image);
  const habit = habitOf(registry);
  if (habit?.forbidsMissingTags && status === 403) return `the tag does not exist: ${habit.name} says 403 for both`;
  const missing = `${quote(repository, 100)} does not exist`;
  if (habit !== undefined) return habit.hidesMissing ? `${missing}: ${habit.name} hides which` : undefined;
  if (answer.reason === 'rejected' && status !== 403) return undefined;
  return status === 403
    ? 'the image does not exist: some registries, such as Artifactory, say 403 for both'
    : `${missing}: many registries hide which`;
}

/** Whether the refusal leaves open that the image does not exist. */
export function mayBeMissing(finding: Denial): boolean {
  return secondReading(finding) !== undefined;
}
