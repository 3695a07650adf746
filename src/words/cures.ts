import type { Finding } from '../engine/finding.ts';
import type { ImageUse } from '../engine/workload/image-use.ts';
import { accessCure, unusableCure } from './access-cure.ts';
import { wordsFor, type ByKind, type FindingOf, type Subject } from './by-kind.ts';
import { notAskedCure, unreachableCure } from './connection-cure.ts';
import type { Cure } from './cure.ts';
import { createServiceAccount, replaceSecret, setImage, setPullPolicy } from './kubectl.ts';
import { inline, quote, shellWord } from './plain-text.ts';
import { platformList, platformName } from './platform-words.ts';
import { habitOf } from './registry-habits.ts';
import { splitImage } from './written-image.ts';

/** What to do about a finding. */
export function cureFor(finding: Finding, subject: Subject): Cure {
  return wordsFor(cures, finding, subject);
}

const cures: ByKind<Cure> = {
  'invalid-image-name': ({ use, suggestion }, subject) =>
    use === undefined || suggestion === undefined
      ? { advice: 'Write HOST/PATH:TAG, in lower case, without "https://", blanks or unfilled placeholders.' }
      : { advice: `Write ${inline(suggestion)}.`, command: setImage(subject, use, suggestion) },
  'image-not-found': (finding, subject) => missingImage(finding, subject),
  'access-denied': accessCure,
  'access-unknown': (finding, subject) =>
    finding.because === 'secret-unreadable'
      ? { advice: 'Let Pullgate read the pull secrets of this namespace, or see that they fit.' }
      : accessCure(finding, subject),
  'pull-secret-malformed': ({ registry, secret }, subject) => ({
    advice: `Mend secret ${quote(secret, 80)}, or write it anew (with every entry that it should hold):`,
    command: replaceSecret(secret, registry, subject),
  }),
  'pull-secret-missing': ({ use, unused }, subject) => unusableCure(unused, registryOf(use), subject),
  'pull-secret-unusable': ({ use, unused }, subject) => unusableCure(unused, registryOf(use), subject),
  'pull-secret-unreadable': (finding, { namespace }) => ({ advice: letItBeRead(finding, namespace) }),
  'service-account-missing': ({ serviceAccount }, subject) => ({
    advice: 'Create it, or correct serviceAccountName.',
    command: createServiceAccount(serviceAccount, subject),
  }),
  'no-matching-platform': ({ use, wanted, offered }) => ({
    advice: `Build the image for ${platformList(wanted)} too${orMove(offered.map(platformName)[0])}.`,
    command: buildFor(use?.image, [...offered, ...wanted].map(platformName)),
  }),
  'wrong-platform': ({ use, wanted, offered }) => ({
    advice: `Build the image for ${platformList(wanted)}${orMove(platformName(offered))}.`,
    command: buildFor(use?.image, [offered, ...wanted].map(platformName)),
  }),
  'image-incomplete': () => ({ advice: 'Push the image again, whole; nothing on the node can mend it.' }),
  'unsupported-manifest': () => ({ advice: 'Build and push the image again with a current tool.' }),
  'never-pull-absent': ({ use }, subject) => neverPull(use, subject),
  'never-pull': ({ use }, subject) => neverPull(use, subject),
  'latest-tag': () => ({ advice: 'Name a version, or better a digest.' }),
  'not-pinned': () => ({ advice: 'Add the digest behind the tag: NAME:TAG@sha256:….' }),
  'registry-unknown-host': ({ answer }) => unreachableCure(answer),
  'registry-untrusted': ({ answer }) => unreachableCure(answer),
  'registry-unreachable': ({ answer }) => unreachableCure(answer),
  'rate-limited': ({ answer }) => ({
    advice:
      `${waitFor(answer.retryAfterMs)} ${habitOf(answer.evidence.host)?.quota === undefined ? 'Pull with an account of your own' : 'Pull with an account'}` +
      ', or through a mirror or a pull-through cache.',
  }),
  'not-checked': ({ answer }) => notAskedCure(answer),
};

function letItBeRead({ what, reason }: FindingOf<'pull-secret-unreadable'>, namespace: string): string {
  if (reason === 'offline') return 'Check with the cluster (without --offline), or with the manifest that makes it.';
  return reason === 'forbidden'
    ? `Grant Pullgate's service account "get" on ${what.replace('-', ' ')}s in namespace ${quote(namespace, 63)}.`
    : 'Nothing to mend in the workload: apply it again when the API server is well.';
}

function registryOf(use: Finding['use']): string {
  return use === undefined ? 'REGISTRY' : splitImage(use.image).registry;
}

function missingImage({ use, answer, nearestTags }: FindingOf<'image-not-found'>, subject: Subject): Cure {
  const [nearest] = nearestTags;
  if (use === undefined) return { advice: 'Correct the image.' };
  const { name, hostWritten, digest } = splitImage(use.image);
  if (nearest !== undefined) {
    const existing = nearestTags.slice(0, 3).map((tag) => inline(tag, 60));
    return {
      advice: `Push the tag, or use one that exists (${existing.join(', ')}).`,
      command: writeImage(subject, use, `${name}:${nearest}`),
    };
  }
  const elsewhere = hostWritten ? '' : ' Without a host in front, it is looked for at Docker Hub.';
  if (answer.evidence.code === 'NAME_UNKNOWN') return { advice: `Correct the path, or push the image.${elsewhere}` };
  return { advice: `Push the ${digest === undefined ? 'tag' : 'image'}, or correct the image.${elsewhere}` };
}

/** Where kubectl cannot change the object, the line to write in its manifest. */
function writeImage(subject: Subject, use: ImageUse, image: string): string | undefined {
  const field = use.kind === 'volume' ? 'reference' : 'image';
  return setImage(subject, use, image) ?? (shellWord(image) === image ? `${field}: ${image}` : undefined);
}

function orMove(offered: string | undefined): string {
  const architecture = offered?.split('/')[1];
  return architecture === undefined
    ? ''
    : `, or run the pod on ${architecture} nodes only (nodeSelector kubernetes.io/arch: ${architecture})`;
}

function buildFor(image: string | undefined, platforms: readonly string[]): string | undefined {
  const target = image === undefined ? undefined : shellWord(image);
  const list = [...new Set(platforms)].slice(0, 8).join(',');
  return target && !target.includes('@') ? `docker buildx build --platform ${list} -t ${target} --push .` : undefined;
}

function neverPull(use: Finding['use'], subject: Subject): Cure {
  return {
    advice: 'Set imagePullPolicy: IfNotPresent, or load the image onto every node that the pod may run on.',
    command: use && setPullPolicy(subject, use),
  };
}

function waitFor(retryAfterMs: number | undefined): string {
  if (retryAfterMs === undefined) return 'Try again later.';
  const seconds = Math.ceil(retryAfterMs / 1000);
  return `Try again in ${seconds < 120 ? `${seconds} s` : `${Math.ceil(seconds / 60)} min`}.`;
}
