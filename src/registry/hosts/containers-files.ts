import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { parse, TomlError } from 'smol-toml';
import { emptyAuthFile, readAuthFile, type ReadAuthFile } from '../../engine/hosts/containers/auth-file.ts';
import { readPolicyJson, type SignaturePolicy } from '../../engine/hosts/containers/policy-json.ts';
import {
  type ParsedToml,
  readRegistriesConf,
  type RegistriesConf,
} from '../../engine/hosts/containers/registries-conf.ts';
import { type Reading, watchedReading } from '../../lib/watched-reading.ts';
import type { FileProblem } from './certificate-files.ts';
import { readIfThere } from './small-file.ts';

/** What the files of a node with CRI-O say about images. */
export interface ContainersFiles {
  /** Those of the last valid files. Undefined if they never were valid: CRI-O does not start then. */
  readonly registries: RegistriesConf | undefined;
  /** Undefined if there is no valid policy.json: every pull fails then. */
  readonly policy: SignaturePolicy | undefined;
  /** Undefined if it is not known whether the nodes have an auth file. */
  readonly auths: ReadAuthFile | undefined;
  readonly problems: readonly FileProblem[];
}

/** Where the files of a node with CRI-O are. */
export interface ContainersPaths {
  /** The folder `/etc/containers`. */
  readonly containers: string;
  /** The file that `global_auth_file` names. */
  readonly containersAuth?: string;
}

const maxDropIns = 100;

/**
 * Returns a function that reads the files, and again when they change. It never throws. Mirrors tryUpdatingCache of
 * containers/image v5.35.0 pkg/sysregistriesv2: after a change that is not valid, what was valid before holds.
 */
export function containersFiles(
  { containers, containersAuth }: ContainersPaths,
  now: () => number = Date.now,
): () => Promise<ContainersFiles> {
  let lastValid: RegistriesConf | undefined;

  async function read(): Promise<Reading<ContainersFiles>> {
    const registries = await readRegistries(containers);
    const policy = await readPolicy(join(containers, 'policy.json'));
    const auths = await readAuths(containersAuth);
    lastValid = registries.value ?? lastValid;
    return {
      value: {
        registries: lastValid,
        policy: policy.value,
        auths: auths.value,
        problems: [registries, policy, auths].flatMap(({ problem }) => problem ?? []),
      },
      files: [registries, policy, auths].flatMap(({ files }) => files),
    };
  }

  return watchedReading(read, now);
}

const emptyAuths: ReadAuthFile = { kind: 'auths', auths: emptyAuthFile };

/** A value, or what is wrong with the file. */
interface Part<T> extends Reading<T | undefined> {
  readonly problem?: FileProblem;
}

async function readRegistries(containers: string): Promise<Part<RegistriesConf>> {
  const main = join(containers, 'registries.conf');
  const folder = join(containers, 'registries.conf.d');
  const dropIns = await dropInsOf(folder);
  const files = [main, folder, ...dropIns];
  const parsed: ParsedToml[] = [];
  for (const file of [main, ...dropIns]) {
    const toml = await parsedFile(file);
    if (toml !== undefined && 'reason' in toml) return { value: undefined, files, problem: toml };
    if (toml !== undefined) parsed.push(toml);
  }
  const first = parsed[0]?.file === main ? parsed.shift() : undefined;
  const conf = readRegistriesConf(first, parsed);
  if (conf.kind === 'conf') return { value: conf.conf, files };
  return { value: undefined, files, problem: { file: conf.file, reason: conf.reason, effect: 'does not start' } };
}

/** The library reads `*.conf` files, but not those of subfolders, in the order of their names. */
async function dropInsOf(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  return entries
    .filter((entry) => !entry.isDirectory() && entry.name.endsWith('.conf'))
    .map(({ name }) => join(folder, name))
    .toSorted()
    .slice(0, maxDropIns);
}

async function parsedFile(file: string): Promise<ParsedToml | FileProblem | undefined> {
  const text = await readIfThere(file);
  if (text === undefined) return undefined;
  if (typeof text !== 'string') return { ...text, effect: 'does not start' };
  try {
    return { file, toml: parse(text, { integersAsBigInt: 'asNeeded' }) };
  } catch (error) {
    const line = error instanceof TomlError ? { line: error.line } : {};
    return { file, ...line, reason: 'the file is not valid TOML', effect: 'does not start' };
  }
}

async function readPolicy(file: string): Promise<Part<SignaturePolicy>> {
  const text = await readIfThere(file);
  const effect = 'every pull fails';
  if (text === undefined)
    return { value: undefined, files: [file], problem: { file, reason: 'the file is missing', effect } };
  if (typeof text !== 'string') return { value: undefined, files: [file], problem: { ...text, effect } };
  const read = readPolicyJson(text);
  if (read.kind === 'policy') return { value: read.policy, files: [file] };
  return { value: undefined, files: [file], problem: { file, reason: read.reason, effect } };
}

async function readAuths(file: string | undefined): Promise<Part<ReadAuthFile>> {
  if (file === undefined) return { value: undefined, files: [] };
  const text = await readIfThere(file);
  if (text === undefined) return { value: emptyAuths, files: [file] };
  const effect = 'every pull fails';
  if (typeof text !== 'string') {
    return { value: { kind: 'invalid', reason: text.reason }, files: [file], problem: { ...text, effect } };
  }
  const read = readAuthFile(text);
  if (read.kind === 'auths') return { value: read, files: [file] };
  return { value: read, files: [file], problem: { file, reason: read.reason, effect } };
}
