import type { Refused } from '../engine/answer.ts';
import type { UnusedSecret } from '../engine/finding.ts';
import { familiarName } from '../engine/image/image-reference.ts';
import type { CredentialSource } from '../engine/keyring/credential.ts';
import { secretKey } from '../engine/keyring/secret-key.ts';
import type { FindingOf, Fix, Subject } from './by-kind.ts';
import { addToServiceAccount, createSecret, replaceSecret } from './kubectl.ts';
import { inline, quote } from './plain-text.ts';
import { habitOf } from './registry-habits.ts';
import { likeliestUnused, sourceName, unusedWords } from './tried.ts';

type Denial = FindingOf<'access-denied' | 'access-unknown'>;

/** Why the registry refused the image, and the other cause that the same answer may have. */
export function refusalSentence(finding: Denial, subject: Subject): string {
  const other = otherCause(finding);
  return `${mainCause(finding, subject)}.${other === undefined ? '' : ` Perhaps ${other}.`}`;
}

/** The subject of a refusal, in two or three words. */
export function accessTopic(finding: Denial): string {
  if (isBroken(finding)) return 'broken registry';
  const credentials = refusedSource(finding) === undefined ? 'missing credentials' : 'wrong credentials';
  return otherCause(finding) === undefined ? credentials : `${credentials} or wrong reference`;
}

/** How to fix a refusal: with the secret that was refused, the secret that was not used, or a new secret. */
export function accessFix(finding: Denial, subject: Subject): Fix {
  if (isBroken(finding)) return { advice: 'Ask the operator of the registry to fix it.' };
  const registry = registryOf(finding);
  const check = otherCause(finding) === undefined ? '' : 'Check the path and the tag first. ';
  const source = refusedSource(finding);
  if (source?.kind === 'secret') return refusedSecretFix(finding, source.secret, subject, check);
  if (source !== undefined) {
    return { advice: `${check}Renew the credentials of the node, or give the pod a pull secret.` };
  }
  const secret = likeliestUnused(finding.unused);
  const { advice, command } =
    secret === undefined ? newSecretFix(registry, subject) : unusedFix(secret, registry, subject);
  return { advice: `${check}${advice}`, command };
}

/** How to make a pull secret usable that the kubelet did not use. */
export function unusedFix({ secret, reason, wantedKey }: UnusedSecret, registry: string, subject: Subject): Fix {
  return unusedFixes[reason](secret, wantedKey ?? secretKey(registry), subject);
}

/** Whether the registry refuses HEAD but answers GET. */
function refusesOnlyHead({ answer }: Denial): boolean {
  return answer.evidence.getStatus !== undefined && answer.evidence.getStatus < 300;
}

/** Whether the registry is at fault, not the credential. */
function isBroken(finding: Denial): boolean {
  return finding.answer.reason === 'challenge' || refusesOnlyHead(finding);
}

/** The credential whose refusal caused the finding. Undefined if the pull was anonymous. */
function refusedSource({ attempts, answer }: Denial): CredentialSource | undefined {
  return (attempts.find((attempt) => attempt.answer === answer) ?? attempts.at(-1))?.source;
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
  if (source !== undefined) return refusedWith[answer.reason](host, sourceName(source), answer);
  const secret = likeliestUnused(unused);
  const needs = answer.evidence.status === 403 ? 'refuses a pull without credentials (403)' : 'asks for credentials';
  const why = secret === undefined ? 'no pull secret is set for it' : unusedWords(secret, registryOf(finding), subject);
  return `${host} ${needs}, and ${why}`;
}

const refusedWith: Readonly<
  Record<Exclude<Refused['reason'], 'challenge'>, (host: string, source: string, answer: Refused) => string>
> = {
  'no-credentials': (host, source) => `${host} asks for credentials that ${source} does not have`,
  rejected: (host, source, { evidence }) =>
    evidence.status === 403
      ? `${host} rejects ${source} (403): it has expired or has no right to pull this image`
      : `${host} does not accept ${source}: wrong or expired password`,
  'token-refused': (host, source, { evidence }) =>
    evidence.status === 401
      ? `the token service of ${host} does not accept ${source}: wrong or expired password`
      : `the token service of ${host} does not allow ${source} to pull`,
  'no-permission': (host, source) => `${host} does not allow ${source} to pull this image`,
  'not-utf8': (host, source) =>
    `the user name or password in ${source} is not UTF-8 text, so no pull from ${host} works`,
};

/**
 * What else may cause the same answer. Registries hide private repositories: many give the same answer if the
 * repository does not exist, and some answer 403 for a missing tag. Undefined if there is only one possible cause, as
 * when a token service answers 401 to a password.
 */
function otherCause(finding: Denial): string | undefined {
  const { reference, answer } = finding;
  if (reference === undefined || isBroken(finding) || answer.reason === 'not-utf8') return undefined;
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
  const lifetime = habitOf(registry)?.passwordLifetime;
  if (lifetime === undefined && finding.answer.reason === 'no-permission') {
    return { advice: `${check}Grant that account the right to pull this repository at ${inline(registry, 80)}.` };
  }
  const renewal =
    lifetime === undefined
      ? ''
      : ` Passwords of this registry expire after ${lifetime}: use a kubelet credential provider on the nodes.`;
  return {
    advice: `${check}Create the secret again (with every entry that it needs), or remove it if the image is public.${renewal}`,
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

/** For each reason; `key` is the docker config key that would match the image. */
const unusedFixes: Readonly<Record<UnusedSecret['reason'], (secret: string, key: string, subject: Subject) => Fix>> = {
  missing: (secret, key, subject) => ({
    advice: 'Create the secret in this namespace (a secret of another namespace is never used).',
    command: createSecret(secret, key, subject),
  }),
  unreadable: (_, key) => ({
    advice: `Let Pullgate read the secret, or check that it has an entry for ${quote(key, 100)}.`,
  }),
  'wrong-type': newSecretOfRightType,
  'wrong-key': newSecretOfRightType,
  'no-entry': (secret, key, subject) => ({
    advice: `Add an entry with the key ${quote(key, 100)}, or create the secret again (with every entry that it needs).`,
    command: replaceSecret(secret, key, subject),
  }),
  'empty-entry': (secret, key, subject) => ({
    advice: `Give the entry ${quote(key, 100)} a user name and a password; identity tokens are not used.`,
    command: replaceSecret(secret, key, subject),
  }),
};

/** A new secret, because the type of a secret cannot be changed and other objects may use the old one. */
function newSecretOfRightType(secret: string, key: string, subject: Subject): Fix {
  return {
    advice: `Create a secret of the right type, and name it in imagePullSecrets instead of ${quote(secret, 80)}.`,
    command: createSecret(`${secret}-pull`, key, subject),
  };
}
