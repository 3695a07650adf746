import { k3sHostsFiles } from '../../src/engine/hosts/k3s-hosts.ts';
import { runtimeCredential } from '../../src/engine/hosts/runtime-credential.ts';
import { parseRegistriesYaml } from '../../src/registry/hosts/parse-registries-yaml.ts';
import { applyRule } from '../../src/registry/hosts/rewrite.ts';
import type { Comparison } from './vector-files.ts';

interface RegistriesCase {
  readonly name: string;
  readonly registries: string;
  readonly disableDefaultEndpoint?: boolean;
  /** hosts.toml by registry. Undefined if K3s does not start. */
  readonly files?: Readonly<Record<string, string>>;
  /** User name by host. */
  readonly users?: Readonly<Record<string, string>>;
}

/** Compares the hosts.toml files and the credentials that K3s makes of a registries.yaml. */
export function compareRegistries(recorded: RegistriesCase): Comparison {
  const { name, registries, disableDefaultEndpoint = false, files, users } = recorded;
  const read = parseRegistriesYaml(registries);
  const expected = files === undefined ? 'does not start' : { files, users };
  if (read.kind === 'invalid') return { input: name, expected, actual: 'does not start' };
  const made = k3sHostsFiles(read.registries, { disableDefaultEndpoint });
  const auths = [...read.registries.configs].flatMap(([host, { auth }]) => {
    const own = auth && runtimeCredential(auth, host);
    return own?.kind === 'credential' ? [[host, own.credential.username] as const] : [];
  });
  return { input: name, expected, actual: { files: Object.fromEntries(made), users: Object.fromEntries(auths) } };
}

interface RewriteCase {
  readonly pattern: string;
  readonly replacement: string;
  readonly repository: string;
  /** Null if the pattern is not valid. */
  readonly result: string | null;
}

/** Compares what a rule makes of a repository. */
export function compareRewrite({ pattern, replacement, repository, result }: RewriteCase): Comparison {
  return {
    input: `${repository}: ${pattern} → ${replacement}`,
    expected: result,
    actual: applyRule([pattern, replacement], repository) ?? null,
  };
}
