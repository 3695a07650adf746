import type { Attempt } from '../engine/finding.ts';
import { familiarName } from '../engine/image/image-reference.ts';
import type { CredentialSource } from '../engine/keyring/credential.ts';
import type { CredentialSlip } from '../engine/keyring/credential-slip.ts';
import type { FindingOf, Fix, Subject } from './by-kind.ts';
import { addToServiceAccount, createSecret, replaceSecret } from './kubectl.ts';
import { inline, quote } from './plain-text.ts';
import { objectionWords, refusedWith, slipWords } from './refused-with.ts';
import { habitOf } from './registry-habits.ts';
import { likeliestUnused, sourceName, unusedWords } from './tried.ts';
import { unusedFix } from './unused-fix.ts';

type Denial = FindingOf<'access-denied' | 'access-unknown'>;

/** Why the registry refused the image, and the other cause that the same answer may have. */
export function refusalSentence(finding: Denial, subject: Subject): string {
  const other = otherCause(finding);
  return `${mainCause(finding, subject)}.${shadowedWords(finding, subject)}${publicWords(finding)}${other === undefined ? '' : ` Perhaps ${other}.`}`;
}

/** The subject of a refusal, in two or three words. */
export function accessTopic(finding: Denial): string {
  if (isBroken(finding)) return 'broken registry';
  if (finding.answer.evidence.objection !== undefined) return 'refused by the registry';
  if (finding.answer.evidence.unsent === true) return 'refused by the registry';
  const credentials = refusedSource(finding) === undefined ? 'missing credentials' : 'wrong credentials';
  return otherCause(finding) === undefined ? credentials : `${credentials} or wrong reference`;
}

/** How to fix a refusal: with the secret that was refused, the secret that was not used, or a new secret. */
export function accessFix(finding: Denial, subject: Subject): Fix {
  if (isBroken(finding)) return { advice: 'Ask the operator of the registry to fix it.' };
  const { objection } = finding.answer.evidence;
  if (objection !== undefined) return { advice: objectionWords[objection].advice };
  if (finding.shadowed !== undefined) {
    const secret = quote(finding.shadowed, 80);
    return { advice: `Name secret ${secret} in imagePullSecrets too, or remove imagePullSecrets from the pod.` };
  }
  const registry = registryOf(finding);
  const check = otherCause(finding) === undefined ? '' : 'Check the path and the tag first. ';
  if (finding.answer.evidence.unsent === true) {
    return { advice: `${check}Ask the operator of ${inline(registry, 80)} why it refuses every client.` };
  }
  const source = refusedSource(finding);
  if (source?.kind === 'secret') return refusedSecretFix(finding, source.secret, subject, check);
  if (source !== undefined) {
    if (finding.public === true) return { advice: 'Remove or renew the credentials of the node for this registry.' };
    return { advice: `${check}Renew the credentials of the node, or give the pod a pull secret.` };
  }
  const secret = likeliestUnused(finding.unused);
  const { advice, command } =
    secret === undefined ? newSecretFix(registry, subject) : unusedFix(secret, registry, subject);
  return { advice: `${check}${advice}`, command };
}

/** The two lists of pull secrets are never merged, which few people expect. */
function shadowedWords({ shadowed }: Denial, { serviceAccount }: Subject): string {
  if (shadowed === undefined) return '';
  const account = quote(serviceAccount ?? 'default', 80);
  return ` Secret ${quote(shadowed, 80)} of service account ${account} fits, but is ignored: the pod lists its own pull secrets.`;
}

function publicWords(finding: Denial): string {
  return finding.public === true ? ' The image is public: without credentials, the pull works.' : '';
}

/** Whether the registry refuses HEAD but answers GET. */
function refusesOnlyHead({ answer }: Denial): boolean {
  return answer.evidence.getStatus !== undefined && answer.evidence.getStatus < 300;
}

/** Whether the registry is at fault, not the credential. */
function isBroken(finding: Denial): boolean {
  return finding.answer.reason === 'challenge' || refusesOnlyHead(finding);
}

/** The attempt whose refusal caused the finding. */
function refusedAttempt({ attempts, answer }: Denial): Attempt | undefined {
  return attempts.find((attempt) => attempt.answer === answer) ?? attempts.at(-1);
}

/** The credential whose refusal caused the finding. Undefined if the pull was anonymous. */
function refusedSource(finding: Denial): CredentialSource | undefined {
  return refusedAttempt(finding)?.source;
}

function registryOf({ reference, answer }: Denial): string {
  return reference?.registry ?? answer.evidence.host;
}

function mainCause(finding: Denial, subject: Subject): string {
  const { answer, unused } = finding;
  const host = inline(answer.evidence.host, 80);
  const source = refusedSource(finding);
  if (refusesOnlyHead(finding)) {
    const withSource = source === undefined ? '' : ` with ${sourceName(source)}`;
    return `${host} refuses HEAD requests for the image${withSource}, which nodes send, but a GET request finds it`;
  }
  if (answer.reason === 'challenge') {
    return `${host} answers 401 and does not say how to log in, so no container runtime can log in`;
  }
  const { objection } = answer.evidence;
  if (objection !== undefined) {
    return objectionWords[objection].sentence(host, source === undefined ? 'no credentials' : sourceName(source));
  }
  const slip = slipIn(finding);
  if (source !== undefined && slip !== undefined) {
    return `${host} does not accept ${sourceName(source)}: ${slipWords[slip].sentence}`;
  }
  if (source !== undefined && answer.evidence.unsent === true) {
    const status = answer.evidence.status === undefined ? '' : ` (${answer.evidence.status})`;
    return `${host} refuses the pull${status} without asking for credentials, so ${sourceName(source)} was not sent`;
  }
  if (source !== undefined) return refusedWith[answer.reason](host, sourceName(source), answer);
  const secret = likeliestUnused(unused);
  const needs = answer.evidence.status === 403 ? 'refuses a pull without credentials (403)' : 'asks for credentials';
  const why = secret === undefined ? 'no pull secret is set for it' : unusedWords(secret, registryOf(finding), subject);
  return `${host} ${needs}, and ${why}`;
}

/** A slip in the credential, if the registry refused the credential and not only the image. */
function slipIn(finding: Denial): CredentialSlip | undefined {
  const { reason } = finding.answer;
  return reason === 'rejected' || reason === 'token-refused' ? refusedAttempt(finding)?.slip : undefined;
}

/**
 * What else may cause the same answer. Registries hide private repositories: many give the same answer if the
 * repository does not exist, and some answer 403 for a missing tag. Undefined if there is only one possible cause, as
 * when a token service answers 401 to a password.
 */
function otherCause(finding: Denial): string | undefined {
  const { reference, answer } = finding;
  if (reference === undefined || isBroken(finding) || answer.reason === 'not-utf8') return undefined;
  if (answer.evidence.objection !== undefined) return undefined;
  // The image exists, or the credential explains the refusal.
  if (finding.public === true || slipIn(finding) !== undefined) return undefined;
  const { status, asked } = answer.evidence;
  if (status === 401 && asked === 'token' && refusedSource(finding) !== undefined) return undefined;
  const habit = habitOf(reference.registry);
  if (habit?.forbidsMissingTags && status === 403)
    return `the tag does not exist: ${habit.name} answers 403 in both cases`;
  const missing = `${quote(repositoryWords(familiarName(reference), reference.registry), 100)} does not exist`;
  if (habit !== undefined)
    return habit.hidesMissing ? `${missing}: ${habit.name} answers the same in both cases` : undefined;
  if (answer.reason === 'rejected' && status !== 403) return undefined;
  return status === 403
    ? 'the image does not exist: some registries, such as Artifactory, answer 403 in both cases'
    : `${missing}: many registries answer the same in both cases`;
}

function repositoryWords(name: string, registry: string): string {
  return name.startsWith(`${registry}/`) ? name.slice(registry.length + 1) : name;
}

function refusedSecretFix(finding: Denial, secret: string, subject: Subject, check: string): Fix {
  const registry = registryOf(finding);
  const slip = slipIn(finding);
  if (finding.public === true) {
    return { advice: `Remove secret ${quote(secret, 80)} from the pull secrets, or its entry for this registry.` };
  }
  if (slip !== undefined) {
    return { advice: `${slipWords[slip].advice}:`, command: replaceSecret(secret, registry, subject) };
  }
  const lifetime = habitOf(registry)?.passwordLifetime;
  if (lifetime === undefined && finding.answer.reason === 'no-permission') {
    return { advice: `${check}Grant that account the right to pull this repository at ${inline(registry, 80)}.` };
  }
  const renewal =
    lifetime === undefined
      ? ''
      : ` Passwords of this registry expire after ${lifetime}: use a kubelet credential provider on the nodes.`;
  const orRemove = finding.public === undefined ? ', or remove it if the image is public' : '';
  return {
    advice: `${check}Create the secret again (with every entry that it needs)${orRemove}.${renewal}`,
    command: replaceSecret(secret, registry, subject),
  };
}

/** How to create a pull secret, and how to add it to the service account. */
function newSecretFix(registry: string, subject: Subject): Fix {
  const create = createSecret('regcred', registry, subject);
  const add = addToServiceAccount('regcred', subject);
  return {
    advice: 'Create a pull secret, and name it in imagePullSecrets or in the service account:',
    command: create && add && `${create} && ${add}`,
  };
}
