import type { RuntimeCredential } from '../../engine/hosts/runtime-credential.ts';
import { runtimeCredential, namesOf } from '../../engine/hosts/runtime-credential.ts';
import type { RegistryConfig } from '../../engine/hosts/registry-config.ts';
import type { HostsDialect } from '../../engine/hosts/hosts-toml.ts';
import { absent, stampOf, watchedFile, type WatchedFile } from '../../lib/watched-file.ts';
import type { FileProblem } from './certificate-files.ts';
import { hostsDirectory, type HostsAnswer, type HostsDirectory } from './hosts-directory.ts';
import { readSmallFile } from './small-file.ts';

/** Which hosts the nodes of one kind ask for an image, and what the container runtime itself has for each. */
export interface NodeHosts extends HostsDirectory {
  /** Undefined if the runtime has nothing for this host. Never throws. */
  credentialFor(host: string): Promise<RuntimeCredential | undefined>;
  /** The problems of the file that names hosts and credentials, when it was last read. */
  problems(): readonly FileProblem[];
}

/** What one reading of a file gives. */
export interface NodeFile {
  readonly hosts: HostsDirectory;
  readonly configs: ReadonlyMap<string, RegistryConfig>;
  readonly problems: readonly FileProblem[];
}

export interface NodeFileOptions {
  readonly file: string;
  /** Makes a reading of the text of the file. */
  readonly read: (text: string) => NodeFile | FileProblem;
  readonly dialect: HostsDialect;
  /** Milliseconds. */
  readonly now?: () => number;
}

/** Returns the hosts of nodes that have only a `certs.d` folder, or none. */
export function folderHosts(roots: readonly string[], dialect: HostsDialect): NodeHosts {
  const directory = hostsDirectory(roots, { dialect });
  return { ...directory, credentialFor: async () => undefined, problems: () => [] };
}

/** Returns the hosts of nodes with a file that names hosts and credentials. The file is read again when it changes. */
export function fileHosts({ file, read, dialect, now = Date.now }: NodeFileOptions): NodeHosts {
  let problems: readonly FileProblem[] = [];
  const watched: WatchedFile<NodeFile | FileProblem> = watchedFile(
    file,
    async () => {
      const text = (await stampOf([file])) === absent ? missing(file) : await readSmallFile(file);
      return typeof text === 'string' ? read(text) : text;
    },
    now,
  );

  async function current(): Promise<NodeFile | FileProblem> {
    const value = await watched.current();
    problems = 'hosts' in value ? value.problems : [value];
    return value;
  }

  return {
    async hostsFor(registry): Promise<HostsAnswer> {
      const value = await current();
      return 'hosts' in value ? value.hosts.hostsFor(registry) : { kind: 'unclear', problem: value };
    },
    async registries() {
      const value = await current();
      return 'hosts' in value ? value.hosts.registries() : [];
    },
    async credentialFor(host) {
      const value = await current();
      if (!('hosts' in value)) return { kind: 'unclear' };
      return credentialIn(value.configs, host, dialect);
    },
    problems: () => problems,
  };
}

/** A node would start without the file, but a path in the config of Pullgate that leads nowhere is a mistake. */
function missing(file: string): FileProblem {
  return { file, reason: 'the file does not exist' };
}

const credentials = new WeakMap<RegistryConfig, RuntimeCredential | undefined>();

function credentialIn(
  configs: ReadonlyMap<string, RegistryConfig>,
  host: string,
  dialect: HostsDialect,
): RuntimeCredential | undefined {
  for (const name of namesOf(host, dialect)) {
    const config = configs.get(name);
    if (config?.auth === undefined) continue;
    // One object for each entry: its fingerprint is kept by object.
    if (!credentials.has(config)) credentials.set(config, runtimeCredential(config.auth, name));
    return credentials.get(config);
  }
  return undefined;
}
