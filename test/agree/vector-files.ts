import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { readDockerConfigJson } from '../../src/engine/keyring/docker-config.ts';
import { indexEntries } from '../../src/engine/keyring/credential-index.ts';
import { matchesAmong } from '../../src/engine/keyring/credential-matcher.ts';
import { parseImageReference, repositoryName } from '../../src/engine/image/image-reference.ts';
import { buildKeyring, readSecretKeys } from '../../src/engine/keyring/keyring.ts';
import { matchesImage } from '../../src/engine/keyring/match-images.ts';
import { parsePlatform, pickPlatform } from '../../src/engine/image/platform.ts';
import type { PullSecret } from '../../src/engine/keyring/docker-config.ts';
import { compareAuth, compareLookup, comparePolicy } from './containers-vectors.ts';
import { compareNodeFiles } from './openshift-vectors.ts';
import { hostsDirectory } from '../../src/registry/hosts/hosts-directory.ts';
import { compareRegistries, compareRewrite } from './k3s-vectors.ts';

/** The recorded result of the upstream function and the result of Pullgate for the same input. */
export interface Comparison {
  readonly input: string;
  readonly expected: unknown;
  readonly actual: unknown;
}

type Compare<Case> = (recorded: Case) => Comparison | Promise<Comparison>;

const error = 'error';

interface ImageCase {
  readonly image: string;
  readonly repository?: string;
  readonly tag?: string;
  readonly digest?: string;
  readonly error?: string;
}

function compareImage({ image, repository, tag, digest, ...rest }: ImageCase): Comparison {
  const parsed = parseImageReference(image);
  const actual =
    parsed.kind === 'invalid'
      ? error
      : { repository: repositoryName(parsed.reference), tag: parsed.reference.tag, digest: parsed.reference.digest };
  return { input: image, expected: rest.error === undefined ? { repository, tag, digest } : error, actual };
}

interface CredentialCase {
  readonly secrets: readonly PullSecret[];
  readonly nodeConfig?: object;
  readonly repository: string;
  readonly expected: readonly object[] | null;
  readonly error?: unknown;
}

function compareCredentials({ secrets, nodeConfig, repository, expected, ...rest }: CredentialCase): Comparison {
  const keyring = buildKeyring(secrets.map(readSecretKeys));
  const config = readDockerConfigJson(JSON.stringify(nodeConfig ?? {}));
  const node = config.kind === 'entries' ? [{ holder: undefined, index: indexEntries(config.entries) }] : [];
  const found = [...keyring.matches(repository), ...matchesAmong(node, repository)];
  const tried = found.map(({ entry: { username, password }, holder }) => ({
    username,
    password: password.reveal(),
    ...(holder !== undefined && { secret: holder }),
  }));
  return {
    input: repository,
    expected: rest.error === undefined ? expected : error,
    actual: keyring.malformed.length > 0 ? error : tried,
  };
}

interface PatternCase {
  readonly glob: string;
  readonly image: string;
  readonly matches: boolean;
}

function comparePattern({ glob, image, matches }: PatternCase): Comparison {
  return { input: `${glob} ${image}`, expected: matches, actual: matchesImage(glob, image) };
}

interface PlatformCase {
  readonly node: string;
  readonly offered: readonly string[];
  readonly taken?: string;
}

function comparePlatform({ node, offered, taken }: PlatformCase): Comparison {
  const own = parsePlatform(node);
  const pick = own === undefined ? undefined : pickPlatform(own, offered.map(parsePlatform));
  return {
    input: `${node} of ${offered.join(', ')}`,
    expected: taken,
    actual: pick === undefined ? undefined : offered[pick],
  };
}

interface HostsCase {
  readonly name: string;
  readonly files: Readonly<Record<string, string>>;
  readonly registry: string;
  /** `header` only in newer files. It is compared if it is there. */
  readonly hosts?: readonly { readonly header?: object }[];
  readonly error?: string;
}

async function compareHosts({ name, files, registry, hosts, ...rest }: HostsCase): Promise<Comparison> {
  const root = await mkdtemp(join(tmpdir(), 'certs.d-'));
  try {
    for (const [path, text] of Object.entries(files)) {
      await mkdir(dirname(join(root, path)), { recursive: true });
      await writeFile(join(root, path), text);
    }
    const answer = await hostsDirectory([root]).hostsFor(registry);
    const actual =
      answer.kind !== 'hosts'
        ? error
        : answer.hosts.map(({ scheme, host, path, pull, resolve, header }, at) => ({
            url: `${scheme}://${host}${path}`,
            pull,
            resolve,
            ...(hosts?.[at]?.header !== undefined && { header }),
          }));
    return { input: `${name}: ${registry}`, expected: rest.error === undefined ? hosts : error, actual };
  } finally {
    await rm(root, { recursive: true });
  }
}

/** The function that compares one case, by file name. */
export const comparisons: Readonly<Record<string, Compare<never>>> = {
  'image-references.json': compareImage,
  'pull-credentials.json': compareCredentials,
  'match-images.json': comparePattern,
  'platform-match.json': comparePlatform,
  'mirror-hosts.json': compareHosts,
  'registries-conf.json': compareLookup,
  'policy-json.json': comparePolicy,
  'container-auth.json': compareAuth,
  'k3s-registries.json': compareRegistries,
  'k3s-rewrite.json': compareRewrite,
  'openshift-nodes.json': compareNodeFiles,
};
