import { dockerHosts, noDaemonFile, readDockerDaemon, type DockerDaemon } from './docker-daemon.ts';
import { parseJson } from '../../lib/json.ts';
import type { FileProblem } from './certificate-files.ts';
import type { HostsDirectory } from './hosts-directory.ts';
import { fileHosts, type NodeFile, type NodeHosts } from './node-hosts.ts';

/** Returns the hosts of nodes with Docker. `file`: their daemon.json. Undefined if they have none, or if it is not known. */
export function dockerNode(file: string | undefined, now: () => number = Date.now): NodeHosts {
  if (file === undefined) {
    return { ...hostsOf(noDaemonFile), credentialFor: async () => undefined, problems: () => [] };
  }
  return fileHosts({ file, dialect: 'containerd', now, read: (text) => readFile(text, file) });
}

function readFile(text: string, file: string): NodeFile | FileProblem {
  const read = readDockerDaemon(parseJson(text));
  if (read.kind === 'invalid') return { file, reason: read.reason, effect: 'does not start' };
  return { hosts: hostsOf(read.daemon), configs: new Map(), problems: [] };
}

function hostsOf(daemon: DockerDaemon): HostsDirectory {
  return {
    hostsFor: async (registry) => ({ kind: 'hosts', hosts: dockerHosts(registry, daemon), problems: [] }),
    registries: async () => [],
  };
}
