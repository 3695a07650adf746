import type { Config } from '../config/config.ts';
import type { RuntimeKind } from '../engine/nodes/runtime-kind.ts';

/**
 * Returns the container runtimes that the nodes may have, for the case that no node is known: those whose files the config
 * names, or containerd if it names none. `rewrites`: whether a hosts.toml has the table that only K3s and RKE2 know.
 */
export function assumedRuntimes(
  { certsDir, nodeFiles, openshift }: Pick<Config, 'certsDir' | 'nodeFiles' | 'openshift'>,
  rewrites: boolean,
): readonly RuntimeKind[] {
  const { containerdConfig, k3sRegistries, containers, dockerDaemon } = nodeFiles;
  const hasFiles: Readonly<Partial<Record<RuntimeKind, boolean>>> = {
    containerd: certsDir !== undefined || containerdConfig !== undefined,
    k3s: k3sRegistries !== undefined || rewrites,
    'cri-o': containers !== undefined || openshift.enabled,
    docker: dockerDaemon !== undefined,
  };
  const kinds = (Object.keys(hasFiles) as RuntimeKind[]).filter((kind) => hasFiles[kind] === true);
  return kinds.length === 0 ? ['containerd'] : kinds;
}
