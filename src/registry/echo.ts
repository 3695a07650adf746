import type { Answer, ManifestAnswer, Unreachable } from '../engine/answer.ts';
import type { Credential } from '../engine/keyring/credential.ts';
import { basicAuthorization, secretOf } from './login/secret.ts';

/** The texts of a credential that a request sends: user, password, and both in the form of Basic. */
export function secretTexts(credential: Credential): readonly string[] {
  const secret = secretOf(credential);
  if (secret === undefined) return [];
  return [secret.username, secret.password, basicAuthorization(secret).replace('Basic ', '')];
}

/**
 * Returns a function that tells whether a text holds `length` characters in a row of one of `secrets`, in any case. A
 * shorter secret counts as a whole.
 */
export function partFinder(secrets: readonly string[], length: number): (text: string) => boolean {
  const lower = secrets.map((text) => text.toLowerCase());
  const wholes = lower.filter((text) => text.length < length);
  const parts = new Set(lower.flatMap((text) => [...partsOf(text, length)]));
  return (text) => {
    const searched = text.toLowerCase();
    return (
      wholes.some((whole) => searched.includes(whole)) || partsOf(searched, length).some((part) => parts.has(part))
    );
  };
}

function* partsOf(text: string, length: number): Generator<string> {
  for (let at = 0; at + length <= text.length; at += 1) yield text.slice(at, at + length);
}

/** What a digest can hold of a secret. Fewer characters are in many digests by chance. */
const hexadecimal = /[\da-f]{8,}/gi;
const digestPart = 16;

/**
 * Returns `answer`, or a failure if a digest in it holds a part of the credential: users see digests, and no registry has
 * such a digest by chance.
 */
export function withoutEcho<A extends Answer | ManifestAnswer>(
  answer: A,
  credential: Credential,
  evidence: Unreachable['evidence'],
): A | Unreachable {
  const secrets = secretTexts(credential).flatMap((text) => text.match(hexadecimal) ?? []);
  if (secrets.length === 0) return answer;
  return digestsIn(answer).some(partFinder(secrets, digestPart))
    ? { kind: 'unreachable', reason: 'protocol', evidence }
    : answer;
}

function digestsIn(answer: Answer | ManifestAnswer): readonly string[] {
  if (answer.kind === 'found') return [answer.digest];
  if (answer.kind === 'index') return answer.entries.map(({ digest }) => digest);
  return answer.kind === 'image' ? [answer.config ?? [], answer.layers].flat().map(({ digest }) => digest) : [];
}
