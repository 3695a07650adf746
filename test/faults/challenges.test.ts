import { basicRegistry, bearerRegistry } from '../support/registries.ts';
import type { AuthScript, ServerScript } from '../support/scripted-registry/script.ts';
import { testImages, type ImageCase } from './image-case.ts';
import { goodSecret } from './secrets.ts';

type Challenge = string | readonly string[];

/** What a 401 says in place of a challenge that can be read. */
function challenging(challenge: Challenge): Pick<AuthScript, 'unauthorized'> {
  return { unauthorized: { status: 401, headers: { 'Www-Authenticate': challenge } } };
}

const users = { alice: { password: 's3cret' } };
const realm = 'realm="http://{{registry}}/token"';
const bearer = `Bearer ${realm},service="scripted"`;

/** A registry that lets alice in with a token, and with her password if `basic`. */
function tokens(challenge: Challenge, basic = false): ServerScript {
  return { auth: { scheme: 'bearer', users, acceptBasic: basic, ...challenging(challenge) } };
}

/** Those that a runtime answers: with the password where `as` is `Basic`, else with a token. */
const answered: readonly (readonly [it: string, challenge: Challenge, as: 'Basic' | 'Bearer'])[] = [
  ['of Basic without a realm', 'Basic', 'Basic'],
  ['of Basic in another case', 'bASIC realm=r', 'Basic'],
  ['of Basic before Bearer, in a line', `Basic realm="r", ${bearer}`, 'Basic'],
  ['of Basic before Bearer, in two lines', ['Basic realm="r"', bearer], 'Bearer'],
  ['of Negotiate and Basic, in two lines', ['Negotiate', 'Basic realm="r"'], 'Basic'],
  ['of Bearer before Basic, in a line', `${bearer}, Basic realm="r"`, 'Bearer'],
  ['of Bearer in another case', bearer.replace('Bearer', 'BEARER').replace('realm', 'Realm'), 'Bearer'],
  ['with quoted commas', `${bearer},scope="repository:team/app:pull,push"`, 'Bearer'],
  ['with escapes', String.raw`Bearer realm="http://{{registry}}/to\ken",service="a \"b\""`, 'Bearer'],
  ['with two realms', `Bearer realm="http://{{registry}}/elsewhere",${realm}`, 'Bearer'],
  ['with blanks', `Bearer   ${realm} ,  service="scripted"`, 'Bearer'],
  ['with an empty scope', `${bearer},scope=""`, 'Bearer'],
];

/** Those that no runtime can answer. */
const unanswered: readonly (readonly [it: string, challenge: Challenge])[] = [
  ['that is empty', ''],
  ['of Negotiate and Basic, in a line', 'Negotiate, Basic realm="r"'],
  ['of Negotiate alone', 'Negotiate'],
  ['of Digest', 'Digest realm="r", nonce="n"'],
  ['without a realm', 'Bearer service="scripted"'],
  ['with an empty realm', 'Bearer realm=""'],
  ['with a relative realm', 'Bearer realm="/token"'],
  ['with a realm of no protocol of the web', 'Bearer realm="file:///etc/passwd"'],
  ['with a realm that never ends', 'Bearer realm="http://{{registry}}/token'],
  ['that begins with a comma', `, ${bearer}`],
  ['of commas', ','.repeat(8_000)],
  ['of quotes', '"'.repeat(8_000)],
];

testImages([
  {
    it: 'F52 a 401 without a challenge cannot be answered',
    registry: basicRegistry({ rules: [{ match: { path: '/manifests/' }, do: { status: 401 } }] }),
    secrets: (host) => [goodSecret(host)],
    allowed: false,
    told: ['access-denied: challenge'],
  },
  ...answered.map(([it, challenge, as]): ImageCase => {
    const asked = ['registry HEAD nobody 401'];
    const tokenAsked = ['registry POST form alice 405', 'registry GET Basic alice 200'];
    return {
      it: `F52 a challenge ${it} is answered with ${as}`,
      registry: bearerRegistry(tokens(challenge, as === 'Basic')),
      secrets: (host) => [goodSecret(host)],
      allowed: true,
      told: [],
      seen: [...asked, ...(as === 'Bearer' ? tokenAsked : []), `registry HEAD ${as} alice 200`],
    };
  }),
  ...unanswered.map(([it, challenge]): ImageCase => ({
    it: `F52 a challenge ${it} cannot be answered`,
    registry: bearerRegistry(tokens(challenge)),
    secrets: (host) => [goodSecret(host)],
    allowed: false,
    told: ['access-denied: challenge'],
  })),
]);
