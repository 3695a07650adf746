import { basicRegistry, bearerRegistry } from '../support/registries.ts';
import type { AuthScript, ServerScript } from '../support/scripted-registry/script.ts';
import { testImages, type ImageCase } from './support/image-case.ts';
import { goodSecret } from './support/secrets.ts';

type Challenge = string | readonly string[];

/** A 401 reply with this challenge. */
function unauthorizedWith(challenge: Challenge): Pick<AuthScript, 'unauthorized'> {
  return { unauthorized: { status: 401, headers: { 'Www-Authenticate': challenge } } };
}

const users = { alice: { password: 's3cret' } };
const realm = 'realm="http://{{registry}}/token"';
const bearer = `Bearer ${realm},service="scripted"`;

/** A registry that accepts a token for alice, and also her password if `basic`. */
function tokenAuth(challenge: Challenge, basic = false): ServerScript {
  return { auth: { scheme: 'bearer', users, acceptBasic: basic, ...unauthorizedWith(challenge) } };
}

/** Challenges that a container runtime answers: with the password (`Basic`) or with a token (`Bearer`). */
const answered: readonly (readonly [it: string, challenge: Challenge, as: 'Basic' | 'Bearer'])[] = [
  ['for Basic without a realm', 'Basic', 'Basic'],
  ['for Basic in another case', 'bASIC realm=r', 'Basic'],
  ['for Basic before Bearer in one line', `Basic realm="r", ${bearer}`, 'Basic'],
  ['for Basic before Bearer in two lines', ['Basic realm="r"', bearer], 'Bearer'],
  ['for Negotiate and Basic in two lines', ['Negotiate', 'Basic realm="r"'], 'Basic'],
  ['for Bearer before Basic in one line', `${bearer}, Basic realm="r"`, 'Bearer'],
  ['for Bearer in another case', bearer.replace('Bearer', 'BEARER').replace('realm', 'Realm'), 'Bearer'],
  ['with quoted commas', `${bearer},scope="repository:team/app:pull,push"`, 'Bearer'],
  ['with escapes', String.raw`Bearer realm="http://{{registry}}/to\ken",service="a \"b\""`, 'Bearer'],
  ['with two realms', `Bearer realm="http://{{registry}}/elsewhere",${realm}`, 'Bearer'],
  ['with spaces', `Bearer   ${realm} ,  service="scripted"`, 'Bearer'],
  ['with an empty scope', `${bearer},scope=""`, 'Bearer'],
];

/** Challenges that no container runtime can answer. */
const unanswered: readonly (readonly [it: string, challenge: Challenge])[] = [
  ['that is empty', ''],
  ['for Negotiate and Basic in one line', 'Negotiate, Basic realm="r"'],
  ['for Negotiate only', 'Negotiate'],
  ['for Digest', 'Digest realm="r", nonce="n"'],
  ['without a realm', 'Bearer service="scripted"'],
  ['with an empty realm', 'Bearer realm=""'],
  ['with a relative realm', 'Bearer realm="/token"'],
  ['with a realm that is not an HTTP URL', 'Bearer realm="file:///etc/passwd"'],
  ['with a realm without a closing quote', 'Bearer realm="http://{{registry}}/token'],
  ['that starts with a comma', `, ${bearer}`],
  ['that consists of commas', ','.repeat(8_000)],
  ['that consists of quotes', '"'.repeat(8_000)],
];

testImages([
  {
    it: 'F52 a 401 without a challenge cannot be answered',
    registry: basicRegistry({ rules: [{ match: { path: '/manifests/' }, do: { status: 401 } }] }),
    secrets: (host) => [goodSecret(host)],
    allowed: false,
    findings: ['access-denied: challenge'],
  },
  ...answered.map(([it, challenge, as]): ImageCase => {
    const challenged = ['registry HEAD nobody 401'];
    const tokenRequests = ['registry POST form alice 405', 'registry GET Basic alice 200'];
    return {
      it: `F52 a challenge ${it} is answered with ${as}`,
      registry: bearerRegistry(tokenAuth(challenge, as === 'Basic')),
      secrets: (host) => [goodSecret(host)],
      allowed: true,
      findings: [],
      requests: [...challenged, ...(as === 'Bearer' ? tokenRequests : []), `registry HEAD ${as} alice 200`],
    };
  }),
  ...unanswered.map(([it, challenge]): ImageCase => ({
    it: `F52 a challenge ${it} cannot be answered`,
    registry: bearerRegistry(tokenAuth(challenge)),
    secrets: (host) => [goodSecret(host)],
    allowed: false,
    findings: ['access-denied: challenge'],
  })),
]);
