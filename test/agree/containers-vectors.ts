import { parse } from 'smol-toml';
import { readAuthFile } from '../../src/engine/hosts/containers/auth-file.ts';
import { findAuth } from '../../src/engine/hosts/containers/find-auth.ts';
import { policyDecision, readPolicyJson } from '../../src/engine/hosts/containers/policy-json.ts';
import { pullSources } from '../../src/engine/hosts/containers/pull-sources.ts';
import { nameText, parseCanonicalName } from '../../src/engine/hosts/containers/reference.ts';
import {
  defaultRegistriesConf,
  readRegistriesConf,
  type ParsedToml,
  type RegistriesConf,
} from '../../src/engine/hosts/containers/registries-conf.ts';
import { pullCandidates } from '../../src/engine/hosts/containers/short-names.ts';
import type { Comparison } from './vector-files.ts';

interface LookupCase {
  /** Paths below /etc/containers. */
  readonly files: Readonly<Record<string, string>>;
  readonly image: string;
  readonly helpers?: readonly string[];
  readonly candidates?: readonly {
    readonly name: string;
    readonly sources?: readonly object[];
    readonly error?: string;
  }[];
  readonly error?: string;
  /** Where the error is found: `load` or `name`. */
  readonly at?: string;
}

/** Compares where an image is looked up, given the files of /etc/containers. */
export function compareLookup({ files, image, helpers, candidates, at }: LookupCase): Comparison {
  const read = readFiles(files);
  const expected = at ?? {
    helpers,
    candidates: candidates?.map(({ name, sources, error }) => ({
      name,
      sources: error === undefined ? sources : 'error',
    })),
  };
  return {
    input: `${image} with ${JSON.stringify(files)}`,
    expected,
    actual: read === undefined ? 'load' : lookup(read, image),
  };
}

function lookup(conf: RegistriesConf, image: string): unknown {
  const found = pullCandidates(conf, image);
  if (found.kind === 'unresolved') return 'name';
  return {
    helpers: conf.credentialHelpers,
    candidates: found.candidates.map((candidate) => {
      const answer = pullSources(conf, candidate);
      if (answer.kind === 'unusable') return { name: nameText(candidate), sources: 'error' };
      const sources = answer.sources.map(({ reference, insecure, blocked, mirror }) => ({
        name: nameText(reference),
        insecure,
        blocked,
        mirror,
      }));
      return { name: nameText(candidate), sources };
    }),
  };
}

const dropIn = /^registries\.conf\.d\/[^/]*\.conf$/;

/** The settings of the files; undefined if the library refuses them. */
function readFiles(files: Readonly<Record<string, string>>): RegistriesConf | undefined {
  const parsed = (path: string): ParsedToml => ({
    file: path,
    toml: parse(files[path] ?? '', { integersAsBigInt: 'asNeeded' }),
  });
  try {
    const main = files['registries.conf'] === undefined ? undefined : parsed('registries.conf');
    const dropIns = Object.keys(files)
      .filter((path) => dropIn.test(path))
      .toSorted()
      .map(parsed);
    const read = readRegistriesConf(main, dropIns);
    return read.kind === 'conf' ? read.conf : undefined;
  } catch {
    return undefined;
  }
}

interface PolicyCase {
  readonly policy: string;
  readonly image: string;
  readonly decision?: string;
}

/** Compares what a policy.json says about an image. */
export function comparePolicy({ policy, image, decision }: PolicyCase): Comparison {
  const read = readPolicyJson(policy);
  const reference = parseCanonicalName(image);
  const actual = read.kind === 'policy' && reference !== undefined ? policyDecision(read.policy, reference) : 'error';
  return { input: `${image} with ${policy}`, expected: decision ?? 'error', actual };
}

interface AuthCase {
  readonly file: string;
  readonly helpers?: readonly string[];
  readonly repository: string;
  readonly entry?: object;
  readonly helper?: boolean;
  readonly ambiguous?: boolean;
  readonly error?: string;
}

/** Compares which credential of an auth file is taken for a repository. */
export function compareAuth(recorded: AuthCase): Comparison {
  const {
    file,
    helpers = defaultRegistriesConf.credentialHelpers,
    repository,
    entry,
    helper,
    ambiguous,
    error,
  } = recorded;
  const unseen = helper === true ? 'helper' : ambiguous === true ? 'ambiguous' : undefined;
  const expected = entry ?? unseen ?? (error === undefined ? 'none' : 'fails');
  return {
    input: `${repository} with ${file}`,
    expected,
    actual: authOf(findAuth(readAuthFile(file), helpers, repository)),
  };
}

function authOf(answer: ReturnType<typeof findAuth>): unknown {
  if (answer.kind === 'unseen') return answer.reason;
  if (answer.kind !== 'entry') return answer.kind;
  const { username, password, identityToken } = answer;
  return {
    username,
    password: password.reveal(),
    ...(identityToken && { identityToken: identityToken.reveal() }),
  };
}
