import { delimiter } from 'node:path';
import { parse, TomlError } from 'smol-toml';
import type { LegacyMirrors } from '../../engine/hosts/legacy-mirrors.ts';
import type { RegistryAuth, RegistryConfig, RegistryTls } from '../../engine/hosts/registry-config.ts';
import { arrayOf, descend, member, objectAt, objectOf, textAt, type JsonObject } from '../../lib/json.ts';
import { Redacted } from '../../lib/redacted.ts';

/** The part of containerd's config.toml that decides which hosts are asked, and with what. */
export interface ContainerdConfig extends LegacyMirrors {
  /** The folders of `config_path`, on the node. Empty: containerd uses the tables of `LegacyMirrors`. */
  readonly configPath: readonly string[];
}

/**
 * `invalid`: containerd does not start with this file, or starts without its image service, so every pull fails. `line`
 * counts from 1. `unclear`: some versions of containerd read the section of `plugin`, and others ignore it.
 */
export type ContainerdConfigFile =
  | { readonly kind: 'config'; readonly config: ContainerdConfig }
  | { readonly kind: 'invalid'; readonly reason: string; readonly line?: number }
  | { readonly kind: 'unclear'; readonly plugin: string };

/** The plugin that has the registry section, by the version of the file. */
const plugins: Readonly<Record<number, string>> = {
  1: 'cri',
  2: 'io.containerd.grpc.v1.cri',
  3: 'io.containerd.cri.v1.images',
  4: 'io.containerd.cri.v1.images',
};

/**
 * Reads the text of a config.toml of version 1 to 4. Never throws. Mirrors ValidateImageConfig of containerd v2.4.2
 * internal/cri/config/config.go.
 */
export function parseContainerdConfig(text: string): ContainerdConfigFile {
  let toml: JsonObject;
  try {
    toml = parse(text);
  } catch (error) {
    const line = error instanceof TomlError ? { line: error.line } : {};
    return { kind: 'invalid', reason: 'the file is not valid TOML', ...line };
  }
  const version = member(toml, 'version') ?? 1;
  const plugin = typeof version === 'number' ? plugins[version] : undefined;
  if (plugin === undefined) return { kind: 'invalid', reason: 'version must be 1, 2, 3 or 4' };
  const other = Object.values(plugins).find(
    (name) => name !== plugin && member(member(member(toml, 'plugins'), name), 'registry') !== undefined,
  );
  if (other !== undefined) return { kind: 'unclear', plugin: other };
  const config = readRegistry(descend(toml, ['plugins', plugin, 'registry']));
  return config.configPath.length > 0 && config.mirrors.size > 0
    ? { kind: 'invalid', reason: 'registry.mirrors must not be set if registry.config_path is set' }
    : { kind: 'config', config };
}

function readRegistry(registry: JsonObject): ContainerdConfig {
  const configs = new Map<string, RegistryConfig>();
  for (const [host, config] of Object.entries(objectAt(registry, 'configs'))) configs.set(host, readConfig(config));
  for (const [endpoint, auth] of Object.entries(objectAt(registry, 'auths'))) {
    const host = /^[a-z][a-z0-9+.-]*:\/\/([^/?#]*)/i.exec(endpoint)?.[1] ?? endpoint;
    configs.set(host, { ...configs.get(host), auth: readAuth(objectOf(auth)) });
  }
  return {
    configPath: textAt(registry, 'config_path')
      .split(delimiter)
      .filter((path) => path !== ''),
    mirrors: new Map(
      Object.entries(objectAt(registry, 'mirrors')).map(([host, mirror]) => [
        host,
        textsOf(member(mirror, 'endpoint')),
      ]),
    ),
    configs,
  };
}

function readConfig(config: unknown): RegistryConfig {
  const [auth, tls] = [member(config, 'auth'), member(config, 'tls')];
  return {
    ...(auth !== undefined && { auth: readAuth(objectOf(auth)) }),
    ...(tls !== undefined && { tls: readTls(objectOf(tls)) }),
  };
}

function readAuth(auth: JsonObject): RegistryAuth {
  return {
    username: textAt(auth, 'username'),
    password: new Redacted(textAt(auth, 'password')),
    auth: new Redacted(textAt(auth, 'auth')),
    identityToken: new Redacted(textAt(auth, 'identitytoken')),
  };
}

function readTls(tls: JsonObject): RegistryTls {
  return {
    caFile: textAt(tls, 'ca_file'),
    certFile: textAt(tls, 'cert_file'),
    keyFile: textAt(tls, 'key_file'),
    skipVerify: member(tls, 'insecure_skip_verify') === true,
  };
}

function textsOf(value: unknown): readonly string[] {
  return arrayOf(value).filter((item) => typeof item === 'string');
}
