import type { UnusedSecret } from '../engine/finding.ts';
import type { FindingOf, Subject } from './by-kind.ts';
import type { Cure } from './cure.ts';
import { addToServiceAccount, createSecret, replaceSecret, secretKey } from './kubectl.ts';
import { inline, quote } from './plain-text.ts';
import { isBroken, mayBeMissing, refusedSource } from './refusal.ts';
import { habitOf } from './registry-habits.ts';
import { likeliestUnused } from './tried.ts';
import { splitImage } from './written-image.ts';

type Denial = FindingOf<'access-denied' | 'access-unknown'>;

/** What mends a refusal: the secret that was refused, the one that gave nothing, or the one that nobody made. */
export function accessCure(finding: Denial, subject: Subject): Cure {
  const { use, answer, unused } = finding;
  if (isBroken(finding)) return { advice: 'This is for whoever runs the registry to mend.' };
  const registry = use === undefined ? answer.evidence.host : splitImage(use.image).registry;
  const path = mayBeMissing(finding) ? 'Check the path and the tag first. ' : '';
  const source = refusedSource(finding);
  if (source?.kind === 'secret') return { ...refusedSecret(finding, source.secret, registry, subject, path) };
  if (source !== undefined) {
    return { advice: `${path}Renew what the node itself logs in with, or give the pod a pull secret.` };
  }
  const secret = likeliestUnused(unused);
  const { advice, command } =
    secret === undefined ? newSecret(registry, subject) : unusableCure(secret, registry, subject);
  return { advice: `${path}${advice}`, command };
}

function refusedSecret({ answer }: Denial, secret: string, registry: string, subject: Subject, path: string): Cure {
  const live = habitOf(registry)?.passwordsLive;
  if (live === undefined && answer.reason === 'no-permission') {
    return { advice: `${path}Grant that account the right to pull this repository at ${inline(registry, 80)}.` };
  }
  const renewal = live === undefined ? '' : ` Passwords live ${live} there: let the nodes' credential provider log in.`;
  return {
    advice: `${path}Write the secret anew (with every entry that it should hold), or take it off if the image is public.${renewal}`,
    command: replaceSecret(secret, registry, subject),
  };
}

/** A pull secret where there is none, handed out by the service account. */
function newSecret(registry: string, subject: Subject): Cure {
  const create = createSecret('regcred', registry, subject);
  const add = addToServiceAccount('regcred', subject);
  return {
    advice: 'Create a pull secret, and name it in imagePullSecrets or in the service account:',
    command: create && add && `${create} && ${add}`,
  };
}

/** What makes a secret that gave nothing give something. */
export function unusableCure({ secret, reason, wantedKey }: UnusedSecret, host: string, subject: Subject): Cure {
  return unusable[reason](secret, wantedKey ?? secretKey(host), subject);
}

/** For each reason, from the secret's name and the key that would match. */
const unusable: Readonly<Record<UnusedSecret['reason'], (secret: string, key: string, subject: Subject) => Cure>> = {
  missing: (secret, key, subject) => ({
    advice: 'Create the secret in this very namespace (none is read from any other).',
    command: createSecret(secret, key, subject),
  }),
  unreadable: (_, key) => ({
    advice: `Let Pullgate read the secret, or see that it has an entry for ${quote(key, 100)}.`,
  }),
  'wrong-type': rightForm,
  'wrong-key': rightForm,
  'no-entry': (secret, key, subject) => ({
    advice: `Add an entry with the key ${quote(key, 100)}, or write the secret anew (with every entry that it should hold).`,
    command: replaceSecret(secret, key, subject),
  }),
  'empty-entry': (secret, key, subject) => ({
    advice: `Give the entry ${quote(key, 100)} a user name and a password; identity tokens are not used.`,
    command: replaceSecret(secret, key, subject),
  }),
};

/** A new one: a secret's type cannot be changed, and what it holds may serve something else. */
function rightForm(secret: string, key: string, subject: Subject): Cure {
  return {
    advice: `Make a secret of the right form, and name it in imagePullSecrets in place of ${quote(secret, 80)}.`,
    command: createSecret(`${secret}-pull`, key, subject),
  };
}
