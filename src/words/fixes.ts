import type { Finding } from '../engine/finding.ts';
import type { ImageUse } from '../engine/workload/image-use.ts';
import { familiarName, type ImageReference } from '../engine/image/image-reference.ts';
import { accessFix } from './access.ts';
import { wordsFor, type ByKind, type FindingOf, type Fix, type Subject } from './by-kind.ts';
import { notAskedFix, unreachableFix } from './connection-words.ts';
import { createServiceAccount, replaceSecret, setImage, setPullPolicy, writeImage } from './kubectl.ts';
import { movedFix } from './moved-fix.ts';
import { inline, quote } from './plain-text.ts';
import { platformFix } from './platform-fix.ts';
import { habitOf } from './registry-habits.ts';
import { unusedFix } from './unused-fix.ts';

/** How to fix a finding. */
export function fixFor(finding: Finding, subject: Subject): Fix {
  return wordsFor(fixes, finding, subject);
}

const fixes: ByKind<Fix> = {
  'invalid-image-name': ({ use, suggestion }, subject) =>
    use === undefined || suggestion === undefined
      ? { advice: 'Write HOST/PATH:TAG in lower case, without "https://", blanks or unfilled placeholders.' }
      : { advice: `Write ${inline(suggestion)}.`, command: setImage(subject, use, suggestion) },
  'image-not-found': (finding, subject) => movedFix(finding, subject, missingImage(finding, subject)),
  'access-denied': (finding, subject) => movedFix(finding, subject, accessFix(finding, subject)),
  'access-unknown': (finding, subject) =>
    movedFix(
      finding,
      subject,
      finding.because === 'secret-unreadable'
        ? { advice: 'Let Pullgate read the pull secrets of this namespace, or check that they fit.' }
        : accessFix(finding, subject),
    ),
  'pull-secret-malformed': ({ reference, secret }, subject) => ({
    advice: `Fix secret ${quote(secret, 80)}, or create it again (with every entry that it needs):`,
    command: replaceSecret(secret, registryOf(reference), subject),
  }),
  'pull-secret-missing': ({ reference, unused }, subject) => unusedFix(unused, registryOf(reference), subject),
  'pull-secret-unusable': ({ reference, unused }, subject) => unusedFix(unused, registryOf(reference), subject),
  'pull-secret-unreadable': (finding, { namespace }) => ({ advice: readAccessAdvice(finding, namespace) }),
  'service-account-missing': ({ serviceAccount }, subject) => ({
    advice: 'Create it, or correct serviceAccountName.',
    command: createServiceAccount(serviceAccount, subject),
  }),
  'no-matching-platform': ({ use, wanted, offered }) => platformFix(use?.image, wanted, offered, ' too'),
  'wrong-platform': ({ use, wanted, offered }) => platformFix(use?.image, wanted, [offered]),
  'image-incomplete': () => ({ advice: 'Push the whole image again; nothing on the node can fix it.' }),
  'unsupported-manifest': () => ({ advice: 'Build and push the image again with a current tool.' }),
  'never-pull-absent': ({ use }, subject) => neverPull(use, subject),
  'never-pull': ({ use }, subject) => neverPull(use, subject),
  'latest-tag': () => ({ advice: 'Use a version tag, or better a digest.' }),
  'not-pinned': () => ({ advice: 'Add the digest after the tag: NAME:TAG@sha256:….' }),
  'registry-unknown-host': (finding, subject) => movedFix(finding, subject, unreachableFix(finding.answer)),
  'registry-untrusted': ({ answer }) => unreachableFix(answer),
  'registry-unreachable': (finding, subject) => movedFix(finding, subject, unreachableFix(finding.answer)),
  'registry-blocked': ({ answer }) => ({
    advice: `Use an image of an allowed registry, or let the operator of the nodes allow ${inline(answer.host, 80)}.`,
  }),
  'rate-limited': ({ answer }) => ({
    advice:
      `${retryAdvice(answer.retryAfterMs)} ${habitOf(answer.evidence.host)?.rateLimit === undefined ? 'Pull with your own account' : 'Pull with an account'}` +
      ', or through a mirror or a pull-through cache.',
  }),
  'not-checked': ({ answer }) => notAskedFix(answer),
};

function readAccessAdvice({ what, reason }: FindingOf<'pull-secret-unreadable'>, namespace: string): string {
  if (reason === 'offline') return 'Check with the cluster (without --offline), or add the manifest that creates it.';
  return reason === 'forbidden'
    ? `Grant "get" on ${what.replace('-', ' ')}s in namespace ${quote(namespace, 63)} to Pullgate's service account, or to your user if you ran the command.`
    : 'Nothing is wrong with the workload. Apply it again when the API server answers.';
}

function registryOf(reference: ImageReference | undefined): string {
  return reference?.registry ?? 'REGISTRY';
}

function missingImage({ use, reference, answer, nearestTags }: FindingOf<'image-not-found'>, subject: Subject): Fix {
  if (use === undefined || reference === undefined) return { advice: 'Correct the image.' };
  const [nearest] = nearestTags;
  if (nearest !== undefined) {
    const existing = nearestTags.slice(0, 3).map((tag) => inline(tag, 60));
    return {
      advice: `Push the tag, or use one that exists (${existing.join(', ')}).`,
      command: writeImage(subject, use, `${familiarName(reference)}:${nearest}`),
    };
  }
  const dockerHub = impliesDockerHub(use, reference) ? ' An image without a host is pulled from Docker Hub.' : '';
  if (/^sha256-[0-9a-f]{64}$/.test(reference.tag ?? ''))
    return { advice: 'If a digest is meant, write @sha256:… and not :sha256-…, or push the tag.' };
  if (answer.evidence.code === 'NAME_UNKNOWN') return { advice: `Correct the path, or push the image.${dockerHub}` };
  return { advice: `Push the ${reference.digest === undefined ? 'tag' : 'image'}, or correct the image.${dockerHub}` };
}

/** Whether the author left the host out, which means Docker Hub. */
function impliesDockerHub({ image }: ImageUse, { registry }: ImageReference): boolean {
  return registry === 'docker.io' && !/^(?:index\.)?docker\.io\//.test(image);
}

function neverPull(use: Finding['use'], subject: Subject): Fix {
  return {
    advice: 'Set imagePullPolicy: IfNotPresent, or load the image onto every node that the pod may run on.',
    command: use && setPullPolicy(subject, use),
  };
}

function retryAdvice(retryAfterMs: number | undefined): string {
  if (retryAfterMs === undefined) return 'Try again later.';
  const seconds = Math.ceil(retryAfterMs / 1000);
  if (seconds < 120) return `Try again in ${seconds} s.`;
  const minutes = Math.ceil(seconds / 60);
  if (minutes < 120) return `Try again in ${minutes} min.`;
  const hours = Math.ceil(minutes / 60);
  // Some registries send a date that is years away.
  return hours <= 24 ? `Try again in ${hours} h.` : 'Try again later: the registry asks for a wait of more than a day.';
}
