import type { UnusedSecret } from '../engine/finding.ts';
import { secretKey } from '../engine/keyring/secret-key.ts';
import type { Fix, Subject } from './by-kind.ts';
import { createSecret, replaceSecret } from './kubectl.ts';
import { quote } from './plain-text.ts';

/** How to make a pull secret usable that the kubelet did not use. */
export function unusedFix({ secret, reason, wantedKey, near }: UnusedSecret, registry: string, subject: Subject): Fix {
  const key = wantedKey ?? secretKey(registry);
  // An entry for another path may be right for other images.
  if (near === undefined || near === 'path') return unusedFixes[reason](secret, key, subject);
  return {
    advice: `Change that key to ${quote(key, 100)}, or create the secret again (with every entry that it needs).`,
    command: replaceSecret(secret, key, subject),
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
  'no-auths': (secret, key, subject) => ({
    advice: 'Put the registries into {"auths": {…}}, or create the secret again (with every entry that it needs).',
    command: replaceSecret(secret, key, subject),
  }),
  wrapped: (secret, key, subject) => ({
    advice:
      'Move "auths" to the top of .dockerconfigjson, or create the secret again (with every entry that it needs).',
    command: replaceSecret(secret, key, subject),
  }),
  manifest: (secret, key, subject) => ({
    advice: 'Apply that inner Secret itself, or create the secret again (with every entry that it needs).',
    command: replaceSecret(secret, key, subject),
  }),
  helpers: (secret, key, subject) => ({
    advice: `Write the user name and the password for ${quote(key, 100)} into the secret; "docker login" leaves them in the helper.`,
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
