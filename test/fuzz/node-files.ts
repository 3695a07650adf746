/** Files of nodes for the fuzz run, and what Pullgate does with them. */
import * as fc from 'fast-check';
import { parse } from 'smol-toml';
import { readAuthFile } from '../../src/engine/hosts/containers/auth-file.ts';
import { findAuth } from '../../src/engine/hosts/containers/find-auth.ts';
import { policyDecision, readPolicyJson } from '../../src/engine/hosts/containers/policy-json.ts';
import { pullSources } from '../../src/engine/hosts/containers/pull-sources.ts';
import { readRegistriesConf } from '../../src/engine/hosts/containers/registries-conf.ts';
import { pullCandidates } from '../../src/engine/hosts/containers/short-names.ts';
import { k3sHostsFiles } from '../../src/engine/hosts/k3s-hosts.ts';
import type { JsonObject } from '../../src/lib/json.ts';
import { parseJson } from '../../src/lib/json.ts';
import { readDockerDaemon } from '../../src/registry/hosts/docker-daemon.ts';
import { parseContainerdConfig } from '../../src/registry/hosts/parse-containerd-config.ts';
import { parseHostsToml } from '../../src/registry/hosts/parse-hosts-toml.ts';
import { parseRegistriesYaml } from '../../src/registry/hosts/parse-registries-yaml.ts';
import { rewriteRepository } from '../../src/registry/hosts/rewrite.ts';
import { inputsLike } from './inputs.ts';

const reference = { registry: 'registry.test', repository: 'team/app', tag: 'v1' };

/** An example of each file, its words, and what reads it. */
const files: readonly { readonly example: string; readonly words: string; readonly read: (text: string) => void }[] = [
  {
    example:
      'mirrors:\n  registry.test:\n    endpoint: ["https://a.test"]\n    rewrite:\n      "^(.*)$": "p/$1"\nconfigs:\n  a.test:\n    auth: {username: u, password: p}\n    tls: {insecure_skip_verify: yes}\n',
    words:
      'mirrors:|configs:|endpoint:|rewrite:|auth:|tls:|  |\n|: |- |"*"|&a |*a|<<: *a|"(a+)+$"|"$1"|[|]|{|}|~|registry.test',
    read: readK3s,
  },
  {
    example:
      'version = 3\n[plugins."io.containerd.cri.v1.images".registry]\nconfig_path = "/a:/b"\n[plugins."io.containerd.grpc.v1.cri".registry.mirrors."registry.test"]\nendpoint = ["https://a.test"]\n',
    words: 'version = 2|[plugins]|registry|mirrors|configs|auth|tls|endpoint|config_path| = |"|[|]|.|\n|1|true',
    read: (text) => void parseContainerdConfig(text),
  },
  {
    example:
      'unqualified-search-registries = ["a.test"]\n[[registry]]\nprefix = "*.test"\nlocation = "b.test/x"\nblocked = true\n[[registry.mirror]]\nlocation = "c.test"\npull-from-mirror = "tag-only"\n[aliases]\n"app" = "a.test/app"\n',
    words:
      '[[registry]]|[[registry.mirror]]|[aliases]|prefix|location|insecure|blocked|pull-from-mirror|mirror-by-digest-only|short-name-mode| = |"|[|]|*.|\n|true|registry.test',
    read: readContainers,
  },
  {
    example:
      '{"default":[{"type":"reject"}],"transports":{"docker":{"registry.test":[{"type":"insecureAcceptAnything"}],"*.test":[{"type":"signedBy","keyType":"GPGKeys","keyPath":"/k"}]}}}',
    words:
      '"default"|"transports"|"docker"|"type"|"reject"|"sigstoreSigned"|"registry.test"|"*.test"|{|}|[|]|,|:|null|1',
    read(text) {
      const read = readPolicyJson(text);
      if (read.kind === 'policy') policyDecision(read.policy, reference);
    },
  },
  {
    example: '{"auths":{"registry.test/team":{"auth":"dTpw"}},"credHelpers":{"a.test":"x"}}',
    words: '"auths"|"auth"|"dTpw"|"identitytoken"|"credHelpers"|"registry.test"|{|}|,|:|null|1|=',
    read: (text) => void findAuth(readAuthFile(text), ['containers-auth.json'], 'registry.test/team/app'),
  },
  {
    example: '{"registry-mirrors":["https://a.test/x/"],"insecure-registries":["10.0.0.0/8","b.test:5000"]}',
    words:
      '"registry-mirrors"|"insecure-registries"|"http://|"https://|://|/|@|?|#|10.0.0.0/33|::1/128|{|}|[|]|,|:|null',
    read: (text) => void readDockerDaemon(parseJson(text)),
  },
];

function readK3s(text: string): void {
  const read = parseRegistriesYaml(text);
  if (read.kind === 'invalid') return;
  for (const { rewrite } of read.registries.mirrors.values()) rewriteRepository(rewrite, 'team/app');
  const written = k3sHostsFiles(read.registries, { disableDefaultEndpoint: text.length % 2 === 0 });
  for (const file of written.values()) parseHostsToml(file, '/certs.d/registry.test', 'k3s');
}

function readContainers(text: string): void {
  const toml = parsedToml(text);
  if (toml === undefined) return;
  const read = readRegistriesConf({ file: 'registries.conf', toml }, [{ file: '10.conf', toml }]);
  if (read.kind === 'invalid') return;
  pullSources(read.conf, reference);
  pullCandidates(read.conf, 'app:v1');
}

function parsedToml(text: string): JsonObject | undefined {
  try {
    return parse(text, { integersAsBigInt: 'asNeeded' });
  } catch {
    return undefined;
  }
}

/** A file of a node: which of the examples it is like, and its text. */
export interface FileOfNode {
  readonly like: number;
  readonly text: string;
}

export const filesOfNodes: fc.Arbitrary<FileOfNode> = fc.oneof(
  ...files.map(({ example, words }, like) => inputsLike(example, words).map((text) => ({ like, text }))),
);

/** Does with a file what Pullgate does with it. */
export function readFileOfNode({ like, text }: FileOfNode): void {
  files[like]?.read(text);
}
