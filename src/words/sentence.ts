import type { Finding } from '../engine/finding.ts';
import { wordsFor, type ByKind, type FindingOf, type Subject } from './by-kind.ts';
import { notAskedSentence, unreachableSentence } from './connection-words.ts';
import { brokenPart, notFoundSentence, unsupportedSentence } from './manifest-words.ts';
import { capitalise, inline, quote } from './plain-text.ts';
import { platformList } from './platform-words.ts';
import { refusalSentence } from './refusal.ts';
import { habitOf } from './registry-habits.ts';
import { unusedWords } from './tried.ts';
import { splitImage } from './written-image.ts';

/** What is wrong, and nothing else: one true sentence, which names the registry's host where one was asked. */
export function sentence(finding: Finding, subject: Subject): string {
  return capitalise(wordsFor(sentences, finding, subject));
}

const sentences: ByKind<string> = {
  'invalid-image-name': ({ use, reason }) =>
    use?.image.trim() === ''
      ? 'the image is blank.'
      : `${quote(use?.image ?? '', 120)} is not an image reference: ${inline(reason, 120)}.`,
  'image-not-found': (finding) => notFoundSentence(finding),
  'access-denied': refusalSentence,
  'access-unknown': (finding, subject) => `${refusalSentence(finding, subject)} ${doubt(finding)}`,
  'pull-secret-malformed': ({ secret, reason }) =>
    `secret ${quote(secret, 80)} cannot be parsed (${inline(reason, 80)}), so the kubelet gives up before it pulls.`,
  'pull-secret-missing': ({ unused, announcedBy }, subject) => {
    const announced = announcedBy === undefined ? '' : `; ${inline(announcedBy, 80)} announces it`;
    return `${unusedWords(unused, '', subject)}${announced}.`;
  },
  'pull-secret-unusable': ({ use, unused }, subject) =>
    `${unusedWords(unused, registryOf(use?.image) ?? unused.wantedKey ?? 'the registry', subject)}: the kubelet passes it over.`,
  'pull-secret-unreadable': ({ what, name, reason }) =>
    `Pullgate could not read ${what.replace('-', ' ')} ${quote(name, 80)}: ${unreadable[reason]}.`,
  'service-account-missing': ({ serviceAccount }, { namespace }) =>
    `service account ${quote(serviceAccount, 80)} does not exist in namespace ${quote(namespace, 63)}: no pod can be made.`,
  'no-matching-platform': ({ wanted, offered }) =>
    `the image has no variant for ${platformList(wanted)}, only ${platformList(offered, 'for nothing at all')}.`,
  'wrong-platform': ({ wanted, offered }) =>
    `the image is built for ${platformList([offered])} and the nodes are ${platformList(wanted)}: it is pulled, and dies with "exec format error".`,
  'image-incomplete': (finding) => brokenPart(finding),
  'unsupported-manifest': ({ answer }) => unsupportedSentence(answer),
  'never-pull-absent': ({ nodes }) =>
    nodes === 1
      ? 'imagePullPolicy is Never, and the only node that the pod may run on does not hold the image.'
      : `imagePullPolicy is Never, and none of the ${nodes} nodes that the pod may run on holds the image.`,
  'never-pull': () => 'imagePullPolicy is Never: the pod fails on every node that does not hold the image already.',
  'latest-tag': ({ written }) =>
    `${written === 'no-tag' ? 'no tag means :latest, which' : 'the tag :latest'} moves: nodes may run different code, and nobody can roll back.`,
  'not-pinned': () => 'the image is named without a digest: its tag may be moved to other content.',
  'registry-unknown-host': ({ answer }) => unreachableSentence(answer),
  'registry-untrusted': ({ answer }) => unreachableSentence(answer),
  'registry-unreachable': ({ answer }) => unreachableSentence(answer),
  'rate-limited': ({ answer }) => {
    const { host } = answer.evidence;
    const quota = habitOf(host)?.quota;
    return `${inline(host, 80)} limits requests, and the quota is used up for now (429)${quota === undefined ? '' : `: ${quota}`}.`;
  },
  'not-checked': ({ use, answer }) => notAskedSentence(answer, registryOf(use?.image) ?? 'the registry'),
};

function registryOf(image: string | undefined): string | undefined {
  return image === undefined ? undefined : splitImage(image).registry;
}

const unreadable: Readonly<Record<FindingOf<'pull-secret-unreadable'>['reason'], string>> = {
  forbidden: 'it has no permission to',
  timeout: 'the API server did not answer in time',
  throttled: 'the API server is throttling requests',
  'server-error': 'the API server answered with an error',
  connection: 'the API server could not be reached',
  offline: 'it is not among the manifests, and no cluster was asked',
};

function doubt({ because, provider }: FindingOf<'access-unknown'>): string {
  return {
    plugin: `But the node's credential provider${provider === undefined ? '' : ` ${quote(provider, 80)}`} was not asked, and may have some.`,
    pattern: 'But nodes usually bring credentials of their own for this registry.',
    incomplete: 'But nodes may hold credentials that Pullgate cannot see.',
    'secret-unreadable': 'But a pull secret that Pullgate could not read may fit.',
  }[because];
}
