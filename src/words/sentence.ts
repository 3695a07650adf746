import type { Blocked } from '../engine/answer.ts';
import type { Platform } from '../engine/image/platform.ts';
import type { Finding } from '../engine/finding.ts';
import { refusalSentence } from './access.ts';
import { wordsFor, type ByKind, type FindingOf, type Subject } from './by-kind.ts';
import { notAskedSentence, unreachableSentence } from './connection-words.ts';
import { brokenPart, notFoundSentence, unsupportedSentence } from './manifest-words.ts';
import { capitalise, inline, quote } from './plain-text.ts';
import { platformList } from './platform-words.ts';
import { habitOf } from './registry-habits.ts';
import { unusedWords } from './tried.ts';

/** What is wrong, in one or two sentences. They name the host of the registry if one was asked. */
export function sentence(finding: Finding, subject: Subject): string {
  return capitalise(wordsFor(sentences, finding, subject));
}

const sentences: ByKind<string> = {
  'invalid-image-name': invalidName,
  'image-not-found': (finding) => notFoundSentence(finding),
  'access-denied': refusalSentence,
  'access-unknown': (finding, subject) => `${refusalSentence(finding, subject)} ${unseen(finding)}`,
  'pull-secret-malformed': ({ secret, reason }) =>
    `secret ${quote(secret, 80)} cannot be parsed (${inline(reason, 80)}), so the kubelet fails the pod before it pulls.`,
  'pull-secret-missing': ({ unused, announcedBy }, subject) => {
    const announced =
      announcedBy === undefined ? '' : `; a resource of kind ${inline(announcedBy, 80)} should create it`;
    return `${unusedWords(unused, '', subject)}${announced}.`;
  },
  'pull-secret-unusable': ({ reference, unused }, subject) =>
    `${unusedWords(unused, reference?.registry ?? unused.wantedKey ?? 'the registry', subject)}, so the kubelet ignores it.`,
  'pull-secret-unreadable': ({ what, name, reason }) =>
    `Pullgate could not read ${what.replace('-', ' ')} ${quote(name, 80)}: ${unreadable[reason]}.`,
  'service-account-missing': ({ serviceAccount }, { namespace }) =>
    `service account ${quote(serviceAccount, 80)} does not exist in namespace ${quote(namespace, 63)}, so no pod can be created.`,
  'no-matching-platform': ({ wanted, offered }) =>
    `the image has no variant for ${platformList(wanted)}, only for ${platformList(offered, 'nothing at all')}.`,
  'wrong-platform': ({ wanted, offered }) =>
    `the image is for ${platformList([offered])}, but the nodes are ${platformList(wanted)}: the container will fail with "${startFailure(offered, wanted)}".`,
  'image-incomplete': (finding) => brokenPart(finding),
  'unsupported-manifest': ({ answer }) => unsupportedSentence(answer),
  'never-pull-absent': ({ nodes, ageMs }) =>
    nodes === 1
      ? `imagePullPolicy is Never, and the only node that the pod may run on did not have the image ${secondsAgo(ageMs)}.`
      : `imagePullPolicy is Never, and none of the ${nodes} nodes that the pod may run on had the image ${secondsAgo(ageMs)}.`,
  'never-pull': () => 'imagePullPolicy is Never: the pod fails on every node that does not already have the image.',
  'latest-tag': ({ written }) =>
    `${written === 'no-tag' ? 'the image has no tag, which means :latest' : 'the image has the tag :latest'}. Nodes may run different code, and you cannot roll back.`,
  'not-pinned': () => 'the image has no digest, and its tag may later point to another image.',
  'registry-unknown-host': ({ answer }) => unreachableSentence(answer),
  'registry-untrusted': ({ answer }) => unreachableSentence(answer),
  'registry-unreachable': ({ answer }) => unreachableSentence(answer),
  'registry-blocked': ({ answer }) => forbidden[answer.reason](inline(answer.host, 80)),
  'rate-limited': ({ answer }) => {
    const { host, status } = answer.evidence;
    const limit = habitOf(host)?.rateLimit;
    const reached = status === 200 ? 'no pull is left in it' : '429';
    return `the rate limit of ${inline(host, 80)} is reached (${reached})${limit === undefined ? '' : `: ${limit}`}.`;
  },
  'not-checked': ({ reference, answer }) => notAskedSentence(answer, reference?.registry ?? 'the registry'),
};

const forbidden: Readonly<Record<Blocked['reason'], (host: string) => string>> = {
  blocked: (host) => `the configuration of the nodes (registries.conf) forbids images of ${host}.`,
  policy: (host) => `the signature policy of the nodes (policy.json) forbids images of ${host}.`,
};

/** What the runtime says when it starts a container of another platform. */
function startFailure({ os, architecture }: Platform, wanted: readonly Platform[]): string {
  const isOtherVersion =
    os === 'windows' && wanted.some((node) => node.os === os && node.architecture === architecture);
  return isOtherVersion
    ? 'The container operating system does not match the host operating system'
    : 'exec format error';
}

const unreadable: Readonly<Record<FindingOf<'pull-secret-unreadable'>['reason'], string>> = {
  forbidden: 'permission denied',
  timeout: 'the API server did not answer in time',
  throttled: 'the API server limits requests',
  'server-error': 'the API server answered with an error',
  connection: 'the API server could not be reached',
  offline: 'it is not in the manifests, and no cluster was asked',
};

function invalidName({ use, reference, reason }: FindingOf<'invalid-image-name'>): string {
  if (use?.notString !== undefined) return `the image is ${use.notString}, not a string.`;
  return use?.image.trim() === ''
    ? 'the image is blank.'
    : `${quote(use?.image ?? '', 120)} is not ${reference === undefined ? 'an image reference' : 'complete'}: ${inline(reason, 120)}.`;
}

function unseen({ because, provider }: FindingOf<'access-unknown'>): string {
  return {
    plugin: `But the node's credential provider${provider === undefined ? '' : ` ${quote(provider, 80)}`} was not asked, and its credentials may work.`,
    pattern: 'But nodes usually have their own credentials for this registry.',
    incomplete: 'But nodes may have credentials that Pullgate cannot see.',
    controller: 'But the controller of this kind may add pull secrets, or use another ServiceAccount.',
    address: 'But the nodes may have addresses that it allows.',
    'secret-unreadable': 'But a pull secret that Pullgate could not read may work.',
  }[because];
}

function secondsAgo(ageMs: number): string {
  const seconds = Math.round(ageMs / 1000);
  return seconds === 1 ? '1 second ago' : `${seconds} seconds ago`;
}
