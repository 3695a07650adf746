/** Inputs of the fuzz run: texts with the words of each format in any order, repeated many times, or cut. */
import * as fc from 'fast-check';

/** Maximum length of the texts, in characters: the limits of what each parser can get. Operators write files of nodes. */
const limits = { header: 16_384, image: 100_000, file: 200_000, nodeFile: 10_000 } as const;

/** The parts of the lines between `|` characters. */
function words(...lines: readonly string[]): readonly string[] {
  return lines.flatMap((line) => line.split('|'));
}

/** Words and random characters in any order. One text in ten also repeats some words up to the limit. */
function soup(vocabulary: readonly string[], limit: number): fc.Arbitrary<string> {
  const word = fc.constantFrom(...vocabulary);
  const mixed = fc
    .array(
      fc.oneof({ weight: 6, arbitrary: word }, { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 6 }) }),
      {
        maxLength: 60,
      },
    )
    .map((parts) => parts.join(''));
  const flood = fc
    .tuple(mixed, fc.array(word, { minLength: 1, maxLength: 3 }), fc.nat(limit), mixed)
    .map(([before, unit, length, after]) => {
      const part = unit.join('') || ' ';
      return before + part.repeat(Math.ceil(length / part.length)) + after;
    });
  return fc.oneof({ weight: 9, arbitrary: mixed }, { weight: 1, arbitrary: flood }).map((text) => text.slice(0, limit));
}

/** A text with one part removed or replaced, or with a word inserted. */
function mutated(text: fc.Arbitrary<string>, vocabulary: readonly string[]): fc.Arbitrary<string> {
  return fc
    .tuple(text, fc.double({ min: 0, max: 1, noNaN: true }), fc.nat(12), fc.constantFrom('', ...vocabulary))
    .map(([whole, where, length, word]) => {
      const at = Math.floor(where * whole.length);
      return whole.slice(0, at) + word + whole.slice(at + length);
    });
}

const imageWords = words(
  'nginx|library/|docker.io/|index.docker.io|registry.example.com|localhost|:5000|[::1]|/|//|:|@|sha256:|sha512:|latest',
  `${'a'.repeat(64)}|v1.2.3|.|..|-|_|__|---------|UP|é|🐳| |\t|\n|\0|https://|%2f|\\|"|\${TAG}|xn--`,
);

export const imageNames = soup(imageWords, limits.image);

const challengeWords = words(
  'Bearer |bearer|Basic |Negotiate|Digest |realm|service|scope|error|=| = |,|, |"|\\"|\\|token68==| |\t|;|""|é|\0|\r\n|a|0',
  '"https://auth.example.com/token"|"registry"|"repository:team/app:pull"',
);

export const challengeLines = soup(challengeWords, limits.header);

const messageWords = words(
  'Back-off pulling image "a": ErrImagePull: |Failed to pull image "|": |rpc error: code = Unknown desc = |\n| ',
  'failed to resolve image: |: not found|dial tcp: lookup |: no such host| on |registry |media type "|" is no longer',
  'https://user:password@|https://a.test/x?|token=|"password": "|Bearer |eyJ|pull access denied for |manifest for ',
  'failed to fetch oauth token: unexpected status from POST request to |: 404 |x509: |content digest sha256:',
);

export const kubeletMessages = soup(messageWords, limits.file);

const configWords = words(
  '{|}|[|]|"|:|,|null|true|1e999|"auths"|"AUTHS"|"aut\\u0068s"|"auth"|"username"|"password"|"identitytoken"|"HttpHeaders"',
  '"dTpw"|"dTpw=="|"not base64"|"\\ud800"|"https://index.docker.io/v1/"|"host:443/a"|"*.example.com"|"__proto__"',
  '{"auths":{|}}|\\| |\n',
);

const entry = fc.oneof(
  fc.record(
    { auth: fc.oneof(fc.base64String(), fc.string()), username: fc.string(), password: fc.string(), email: fc.json() },
    { requiredKeys: [] },
  ),
  fc.jsonValue(),
);
const auths = fc.dictionary(fc.oneof(imageNames, fc.constantFrom('https://index.docker.io/v1/', '__proto__')), entry);
const wholeConfigs = fc.oneof(fc.record({ auths }), auths, fc.jsonValue()).map((value) => JSON.stringify(value));

export const dockerConfigs = fc.oneof(
  wholeConfigs,
  mutated(wholeConfigs, configWords),
  soup(configWords, limits.file),
  fc.nat(limits.file).map((depth) => '{"auths":'.repeat(Math.ceil(depth / 9))),
);

const tomlWords = words(
  `server = |[host."|https://mirror.example.com|"]|[host]|[[host]]|"|'|"""|\n| |=|capabilities = |["pull", "resolve"]|["push"]`,
  'ca = |"ca.pem"|client = |[["c", "k"]]|true|skip_verify = |override_path = |dial_timeout = |"1h"|"-1s"|x = ["y"]|#|{}',
  '[host."a".header]|\\|\\u0000|__proto__ = |[|]|,|.|é|\r|9999999999999999999|1979-05-27',
);

const wholeTomls = fc.constantFrom(
  'server = "https://example.com"\n[host."https://mirror.example.com/v2/a"]\ncapabilities = ["pull", "resolve"]\noverride_path = true\n',
  '[host."http://a:5000"]\nskip_verify = true\nca = ["a.pem", "/b.pem"]\nclient = [["c.pem", "k.pem"]]\ndial_timeout = "3s"\n[host."http://a:5000".header]\nx-a = ["b", "c"]\n',
);

export const hostsTomls = fc.oneof(wholeTomls, mutated(wholeTomls, tomlWords), soup(tomlWords, limits.file));

/** Texts like an example: the example itself, changed in one place, or its words between `|` in any order. */
export function inputsLike(example: string, vocabulary: string): fc.Arbitrary<string> {
  const whole = fc.constant(example);
  const parts = words(vocabulary);
  return fc.oneof(whole, mutated(whole, parts), mutated(mutated(whole, parts), parts), soup(parts, limits.nodeFile));
}

const container = fc.record(
  {
    name: fc.string(),
    image: fc.oneof(imageNames, fc.jsonValue()),
    imagePullPolicy: fc.constantFrom('Always', 'IfNotPresent', 'Never', '', 1),
    volumeMounts: fc.array(fc.record({ name: fc.string() })),
  },
  { requiredKeys: [] },
);
const containers = fc.oneof(
  { weight: 5, arbitrary: fc.array(container, { maxLength: 8 }) },
  { weight: 1, arbitrary: fc.jsonValue() },
);
const podSpec = fc.record(
  {
    containers,
    initContainers: containers,
    ephemeralContainers: containers,
    volumes: fc.array(
      fc.record({ name: fc.string(), image: fc.oneof(fc.record({ reference: imageNames }), fc.jsonValue()) }),
    ),
    imagePullSecrets: fc.oneof(
      fc.array(fc.record({ name: fc.constantFrom('good', 'broken', 'absent', '') })),
      fc.jsonValue(),
    ),
    serviceAccountName: fc.jsonValue(),
    nodeSelector: fc.jsonValue(),
    affinity: fc.jsonValue(),
    tolerations: fc.jsonValue(),
  },
  { requiredKeys: [] },
);
const object = fc.oneof(
  podSpec.map((spec) => ({ metadata: { name: 'p' }, spec })),
  podSpec.map((spec) => ({ metadata: { generateName: 'd-' }, spec: { template: { spec } } })),
  podSpec.map((spec) => ({ spec: { jobTemplate: { spec: { template: { spec } } } } })),
  fc.dictionary(fc.constantFrom('metadata', 'spec', 'kind', '__proto__', 'template'), fc.jsonValue()),
  fc.constant(null),
);
const kind = fc.constantFrom(
  { group: '', version: 'v1', kind: 'Pod' },
  { group: 'apps', version: 'v1', kind: 'Deployment' },
  { group: 'batch', version: 'v1', kind: 'CronJob' },
  { group: 'apps', version: 'v1', kind: '__proto__' },
);
const wholeReviews = fc
  .record({
    uid: fc.string({ minLength: 1, maxLength: 40 }),
    kind,
    operation: fc.constantFrom('CREATE', 'UPDATE', 'DELETE', 'CONNECT'),
    namespace: fc.string(),
    name: fc.string(),
    object,
    oldObject: object,
    dryRun: fc.boolean(),
  })
  .map((request) => JSON.stringify({ apiVersion: 'admission.k8s.io/v1', kind: 'AdmissionReview', request }));

const reviewWords = words('null|{|}|[|"|:|,|1e999|"__proto__":{},|\\u0000|\\|""|\0');

/** Request bodies of `POST /validate`. */
export const reviewBodies = fc.oneof(
  { weight: 6, arbitrary: wholeReviews },
  { weight: 2, arbitrary: mutated(wholeReviews, reviewWords) },
  { weight: 1, arbitrary: fc.json() },
  { weight: 1, arbitrary: fc.string({ unit: 'binary' }) },
);
