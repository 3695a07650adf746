import { parse } from 'smol-toml';
import { readPolicyJson } from '../../src/engine/hosts/containers/policy-json.ts';
import { readRegistriesConf, type ParsedToml } from '../../src/engine/hosts/containers/registries-conf.ts';
import { nodeFiles } from '../../src/engine/hosts/openshift/node-files.ts';
import { mirrorSetsOf, registrySourcesOf, type MirrorKind } from '../../src/engine/hosts/openshift/sources.ts';
import type { Comparison } from './vector-files.ts';

interface NodeFilesCase extends Partial<Readonly<Record<MirrorKind, readonly object[]>>> {
  /** The spec of the object `cluster` of the kind Image. */
  readonly image: object;
  readonly release: string;
  readonly registries?: string;
  readonly search?: string;
  readonly policy?: string;
  readonly error?: string;
}

/** Compares what is written to the nodes of OpenShift. */
export function compareNodeFiles({
  image,
  release,
  registries,
  search,
  policy,
  error,
  ...sets
}: NodeFilesCase): Comparison {
  const of = (kind: MirrorKind) => (sets[kind] ?? []).flatMap((object) => mirrorSetsOf(kind, object));
  const made = nodeFiles({
    digestMirrors: [...of('ImageDigestMirrorSet'), ...of('ImageContentSourcePolicy')],
    tagMirrors: of('ImageTagMirrorSet'),
    registrySources: registrySourcesOf({ spec: image }),
    releaseImage: release,
  });
  const conf = readRegistriesConf(tomlOf(registries ?? ''), search === undefined ? [] : [tomlOf(search)]);
  const read = readPolicyJson(policy ?? '');
  const isUsable = error === undefined && conf.kind === 'conf' && read.kind === 'policy';
  return {
    input: JSON.stringify({ image, release, ...sets }),
    expected: isUsable ? { registries: conf.conf, policy: read.policy } : 'refused',
    actual: made.kind === 'files' ? { registries: made.registries, policy: made.policy } : 'refused',
  };
}

function tomlOf(text: string): ParsedToml {
  return { file: '', toml: parse(text) };
}
