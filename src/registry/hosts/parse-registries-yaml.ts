import { isMap, LineCounter, parseDocument, type Document } from 'yaml';
import type { K3sMirror, K3sRegistries } from '../../engine/hosts/k3s-registries.ts';
import type { RegistryAuth, RegistryConfig, RegistryTls } from '../../engine/hosts/registry-config.ts';
import { Redacted } from '../../lib/redacted.ts';
import { goYaml, GoYamlError, type GoYaml } from './go-yaml.ts';

/** `invalid`: K3s and RKE2 do not start with this file. `line` counts from 1. */
export type RegistriesYaml =
  | { readonly kind: 'registries'; readonly registries: K3sRegistries }
  | { readonly kind: 'invalid'; readonly reason: string; readonly line?: number };

/** Aliases can multiply the endpoints and rules of a small file. Real files have some dozens. */
const maxItems = 20_000;

/**
 * Reads the text of a registries.yaml. Unknown fields are ignored. Never throws. Mirrors GetPrivateRegistries of
 * github.com/rancher/wharfie v0.7.1 pkg/registries/registries.go, with gopkg.in/yaml.v2 v2.4.0.
 */
export function parseRegistriesYaml(text: string): RegistriesYaml {
  const control = controlCharacter.exec(text);
  if (control !== null) {
    const line = text.slice(0, control.index).split('\n').length;
    return { kind: 'invalid', line, reason: 'the file contains a control character' };
  }
  const lines = new LineCounter();
  const document = parseDocument(firstDocument(text), { lineCounter: lines, schema: 'failsafe', uniqueKeys: false });
  const [error] = document.errors;
  if (error !== undefined)
    return { kind: 'invalid', line: lines.linePos(error.pos[0]).line, reason: 'the file is not valid YAML' };
  try {
    return { kind: 'registries', registries: readRegistries(document) };
  } catch (error) {
    if (!(error instanceof GoYamlError)) throw error;
    const line = error.offset === undefined ? undefined : lines.linePos(error.offset).line;
    return { kind: 'invalid', reason: error.message, ...(line !== undefined && { line }) };
  }
}

// oxlint-disable-next-line no-control-regex -- yaml.v2 rejects these
const controlCharacter = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u0084\u0086-\u009f]/;

/** The agent reads only the first document. */
function firstDocument(text: string): string {
  const bare = text.replace(/^\uFEFF/, '');
  const end = [...bare.matchAll(/^---(?=\s|$)/gm)].find(({ index }) => /^[^#\s]/m.test(bare.slice(0, index)));
  return end === undefined ? bare : bare.slice(0, end.index);
}

function readRegistries(document: Document): K3sRegistries {
  const yaml = goYaml(document);
  let items = 0;
  function counted<T>(list: readonly T[]): readonly T[] {
    items += list.length;
    if (items > maxItems) throw new GoYamlError('the file has too many endpoints and rules');
    return list;
  }
  const mirrors = new Map<string, K3sMirror>();
  const configs = new Map<string, RegistryConfig>();
  for (const [field, node] of yaml.fields(document.contents, 'the file')) {
    if (field === 'mirrors')
      for (const [host, mirror] of yaml.fields(node, 'mirrors')) mirrors.set(host, readMirror(yaml, mirror, counted));
    if (field === 'configs')
      for (const [host, config] of yaml.fields(node, 'configs')) configs.set(host, readConfig(yaml, config));
  }
  return { mirrors, configs };
}

function readMirror(yaml: GoYaml, node: unknown, counted: <T>(list: readonly T[]) => readonly T[]): K3sMirror {
  const fields = new Map(yaml.fields(node, 'a mirror'));
  const rules = yaml.fields(fields.get('rewrite'), 'rewrite');
  return {
    endpoints: counted(yaml.texts(fields.get('endpoint'), 'endpoint')),
    rewrite: counted(rules).map(([pattern, replacement]) => [pattern, yaml.text(replacement, 'a rule of rewrite')]),
  };
}

function readConfig(yaml: GoYaml, node: unknown): RegistryConfig {
  const fields = new Map(yaml.fields(node, 'a config'));
  const auth = readAuth(yaml, fields.get('auth'));
  const tls = readTls(yaml, fields.get('tls'));
  return { ...(auth !== undefined && { auth }), ...(tls !== undefined && { tls }) };
}

function readAuth(yaml: GoYaml, node: unknown): RegistryAuth | undefined {
  const fields = new Map(yaml.fields(node, 'auth'));
  if (!isMap(yaml.resolved(node))) return undefined;
  return {
    username: yaml.text(fields.get('username'), 'username'),
    password: new Redacted(yaml.text(fields.get('password'), 'password')),
    auth: new Redacted(yaml.text(fields.get('auth'), 'auth')),
    identityToken: new Redacted(yaml.text(fields.get('identity_token'), 'identity_token')),
  };
}

function readTls(yaml: GoYaml, node: unknown): RegistryTls | undefined {
  const fields = new Map(yaml.fields(node, 'tls'));
  if (!isMap(yaml.resolved(node))) return undefined;
  return {
    caFile: yaml.text(fields.get('ca_file'), 'ca_file'),
    certFile: yaml.text(fields.get('cert_file'), 'cert_file'),
    keyFile: yaml.text(fields.get('key_file'), 'key_file'),
    skipVerify: yaml.flag(fields.get('insecure_skip_verify'), 'insecure_skip_verify'),
  };
}
