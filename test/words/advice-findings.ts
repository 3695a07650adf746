import type { Finding, UnusedSecret } from '../../src/engine/finding.ts';
import { parseImageReference } from '../../src/engine/image/image-reference.ts';
import type { CredentialSlip } from '../../src/engine/keyring/credential-slip.ts';
import { evidence, host, refusedFor, unreachable } from '../support/answers.ts';
import { sample, useOf } from './sample-findings.ts';

const hex = '0123456789abcdef'.repeat(4);

/** The finding about an image name that is not valid, as the engine makes it. */
function invalidName(image: string): Finding {
  const parsed = parseImageReference(image);
  if (parsed.kind === 'reference') throw new Error(`${image} is valid`);
  const { kind: _, ...why } = parsed;
  return { kind: 'invalid-image-name', use: useOf('app', image), ...why };
}

const names: readonly { it: string; finding: Finding }[] = [
  { it: 'a template', finding: invalidName('{{ .Values.image }}') },
  { it: 'a shell variable', finding: invalidName(`${host}/team/\${IMAGE}:1`) },
  { it: 'a Kubernetes variable', finding: invalidName('$(IMAGE)') },
  { it: 'an empty segment', finding: invalidName(`${host}//app:1`) },
  { it: 'an invisible character', finding: invalidName(`${host}/team/app:1\u{200b}`) },
  { it: 'a letter that looks like another one', finding: invalidName(`${host}/te\u{430}m/app:1`) },
  { it: 'a digest after a colon', finding: invalidName(`${host}/team/app:sha256:${hex}`) },
  {
    it: 'a digest that is written as a tag',
    finding: sample('image-not-found', { use: useOf('app', `${host}/team/app:sha256-${hex}`), nearestTags: [] }),
  },
  {
    it: 'a number',
    finding: {
      kind: 'invalid-image-name',
      use: useOf('app', '', { notString: 'a number' }),
      reason: 'it is a number, not a string',
    },
  },
];

/** The refusal of a pull without credentials, for which a pull secret was not used. */
function unusedSecret(unused: Omit<UnusedSecret, 'secret' | 'from'>, image?: string): Finding {
  const parsed = parseImageReference(image ?? host);
  const answer = refusedFor('no-credentials', {
    status: 401,
    ...(image !== undefined && parsed.kind === 'reference' && { host: parsed.reference.registry }),
  });
  return sample('access-denied', {
    ...(image !== undefined && { use: useOf('app', image) }),
    attempts: [{ answer }],
    answer,
    unused: [{ secret: 'regcred', from: 'pod', wantedKey: host, ...unused }],
  });
}

const secrets: readonly { it: string; finding: Finding }[] = [
  { it: 'a docker config without auths', finding: unusedSecret({ reason: 'no-auths' }) },
  { it: 'auths in another object', finding: unusedSecret({ reason: 'wrapped' }) },
  { it: 'a Secret in a Secret', finding: unusedSecret({ reason: 'manifest' }) },
  {
    it: 'a key without the port',
    finding: unusedSecret(
      { reason: 'no-entry', near: 'no-port', wantedKey: `${host}:5000` },
      `${host}:5000/team/app:1`,
    ),
  },
  { it: 'a key with another spelling of the host', finding: unusedSecret({ reason: 'no-entry', near: 'case' }) },
  { it: 'a key for another path', finding: unusedSecret({ reason: 'no-entry', near: 'path' }) },
  {
    it: 'a key that the kubelet does not use for Docker Hub',
    finding: unusedSecret({ reason: 'no-entry', near: 'hub', wantedKey: 'https://index.docker.io/v1/' }, 'team/app:1'),
  },
  { it: 'a credential helper', finding: unusedSecret({ reason: 'helpers' }) },
];

/** The refusal of a secret with a slip. */
function refusedSlip(slip: CredentialSlip): Finding {
  const answer = refusedFor('rejected', { status: 401, code: 'UNAUTHORIZED' });
  const source = { kind: 'secret', secret: 'regcred', entry: host } as const;
  return sample('access-denied', { attempts: [{ source, answer, slip }], answer });
}

const shadowed: readonly { it: string; finding: Finding }[] = [
  {
    it: 'a fitting secret that the list of the pod hides',
    finding: sample('access-denied', { shadowed: 'team-pull' }),
  },
];

const publicImages: readonly { it: string; finding: Finding }[] = [
  { it: 'a wrong password for a public image', finding: sample('access-denied', { public: true }) },
  { it: 'a wrong password for an image that is not public', finding: sample('access-denied', { public: false }) },
];

const objections = (['address', 'suspended', 'unpaid', 'policy'] as const).map((objection) => {
  const answer = refusedFor('no-permission', { status: 403, code: 'DENIED', objection });
  const source = { kind: 'secret', secret: 'regcred', entry: host } as const;
  const refusal = { attempts: [{ source, answer }], answer };
  const finding =
    objection === 'address'
      ? sample('access-unknown', { ...refusal, unused: [], because: 'address' })
      : sample('access-denied', refusal);
  return { it: `a registry that objects: ${objection}`, finding };
});

const forbidden = refusedFor('no-permission', { status: 403, unsent: true });
const notText = refusedFor('not-utf8', {});
const regcred = { kind: 'secret', secret: 'regcred', entry: host } as const;

const unsent: readonly { it: string; finding: Finding }[] = [
  {
    it: 'a password that the registry did not ask for',
    finding: sample('access-denied', { attempts: [{ source: regcred, answer: forbidden }], answer: forbidden }),
  },
  {
    it: 'a password that cannot be sent',
    finding: sample('access-denied', { attempts: [{ source: regcred, answer: notText }], answer: notText }),
  },
];

const nonsense: readonly { it: string; finding: Finding }[] = [
  {
    it: 'a wait of years',
    finding: sample('rate-limited', {
      answer: { kind: 'throttled', retryAfterMs: 38_343_673 * 60_000, evidence: evidence({ status: 429 }) },
    }),
  },
  {
    it: 'an unknown platform',
    finding: sample('no-matching-platform', { offered: [{ os: 'unknown', architecture: 'unknown' }] }),
  },
  {
    it: 'a token service without tokens',
    finding: sample('registry-unreachable', { answer: unreachable('token-answer', { asked: 'token', status: 404 }) }),
  },
];

const mirrors: readonly { it: string; finding: Finding }[] = [
  {
    it: 'a mirror whose path in hosts.toml is wrong',
    finding: sample('image-not-found', {
      answer: {
        kind: 'not-found',
        evidence: evidence({ host: 'mirror.example.com', path: '/v2/hubb/v2', status: 404 }),
      },
    }),
  },
];

const slips: readonly { it: string; finding: Finding }[] = [
  { it: 'a password that ends in a line feed', finding: refusedSlip('password-line-feed') },
  { it: 'a user name with a blank', finding: refusedSlip('user-blank') },
];

/** Findings whose messages have words for one special case, and the name of the case. */
export const adviceFindings: readonly { it: string; finding: Finding }[] = [
  ...names,
  ...secrets,
  ...slips,
  ...shadowed,
  ...publicImages,
  ...objections,
  ...unsent,
  ...nonsense,
  ...mirrors,
];
