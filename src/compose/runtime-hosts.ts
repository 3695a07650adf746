import type { Config } from '../config/config.ts';
import type { RuntimeKind } from '../engine/nodes/runtime-kind.ts';
import type { FileProblem } from '../registry/hosts/certificate-files.ts';
import { containerdNode } from '../registry/hosts/containerd-node.ts';
import { dockerNode } from '../registry/hosts/docker-node.ts';
import type { HostsAnswer } from '../registry/hosts/hosts-directory.ts';
import { k3sNode } from '../registry/hosts/k3s-node.ts';
import { folderHosts, type NodeHosts } from '../registry/hosts/node-hosts.ts';
import type { CredentialOf, HostsOf } from '../registry/hosts/targets.ts';

/** Where the container runtimes of the nodes look for images, and with what. */
export interface RuntimeHosts {
  readonly hosts: HostsOf;
  readonly credentialOf: CredentialOf;
  /** The registries that the files of the nodes name at the start. */
  readonly registries: readonly string[];
  /** Whether a file changes repositories, as only K3s and RKE2 do. */
  readonly rewrites: boolean;
  /** The problems of these files when they were last read, one line each. */
  readonly problems: () => readonly string[];
}

/** The words before the problem of a file of the nodes, which ends with what the nodes do about it. */
export const nodeFileProblem = 'a file of the nodes has a problem';

const maxProblems = 100;

/**
 * Opens the files of the nodes. Reads them all at the start, so that their problems are known before they matter.
 * `onProblems` is called with the number of files or registries that have problems.
 */
export async function composeRuntimeHosts(
  config: Pick<Config, 'certsDir' | 'nodeFiles'>,
  onProblems: (count: number) => void,
): Promise<RuntimeHosts> {
  const nodes = nodesOf(config);
  const distinct = [...new Set(Object.values(nodes))];
  const known = new Map<string, readonly string[]>();

  function note(registry: string, found: readonly string[]): void {
    known.delete(registry);
    if (found.length > 0 && known.size < maxProblems) known.set(registry, found);
    onProblems(problems().length);
  }

  function problems(): readonly string[] {
    const ofFiles = distinct.flatMap((node) => node.problems().map(problemWords));
    return [...new Set([...ofFiles, ...[...known.values()].flat()])];
  }

  async function answerOf(node: NodeHosts, registry: string): Promise<HostsAnswer> {
    const answer = await node.hostsFor(registry);
    note(`${distinct.indexOf(node)} ${registry}`, problemsOf(answer).map(problemWords));
    return answer;
  }

  const named = await Promise.all(
    distinct.map(async (node) => {
      const registries = await node.registries();
      return { registries, answers: await Promise.all(registries.map((registry) => answerOf(node, registry))) };
    }),
  );
  return {
    async hosts(registry, runtime) {
      const answer = await answerOf(nodes[runtime], registry);
      if (answer.kind === 'unclear') return 'unclear';
      return answer.kind === 'hosts' ? answer.hosts : undefined;
    },
    credentialOf: (host, runtime) => nodes[runtime].credentialFor(host),
    registries: [...new Set(named.flatMap(({ registries }) => registries))],
    rewrites: named.some(({ answers }) => answers.some(rewritesRepositories)),
    problems,
  };
}

/** The files of each kind of node. Kinds with the same files share one reader. */
function nodesOf({ certsDir, nodeFiles }: Pick<Config, 'certsDir' | 'nodeFiles'>): Record<RuntimeKind, NodeHosts> {
  const { containerdConfig: file, k3sRegistries, k3sDisableDefaultEndpoint: disableDefaultEndpoint } = nodeFiles;
  const roots = certsDir === undefined ? [] : [certsDir];
  const folder = folderHosts(roots, 'containerd');
  const containerd = file === undefined ? folder : containerdNode({ file, roots, kind: 'containerd' });
  const k3s =
    k3sRegistries === undefined
      ? file === undefined
        ? folderHosts(roots, 'k3s')
        : containerdNode({ file, roots, kind: 'k3s' })
      : k3sNode({ file: k3sRegistries, roots, flags: { disableDefaultEndpoint } });
  return {
    containerd,
    'containerd-1': file === undefined ? folder : containerdNode({ file, roots, kind: 'containerd-1' }),
    k3s,
    'cri-o': folder,
    docker: dockerNode(nodeFiles.dockerDaemon),
  };
}

function rewritesRepositories(answer: HostsAnswer): boolean {
  return answer.kind === 'hosts' && answer.hosts.some(({ rewrite = [] }) => rewrite.length > 0);
}

function problemsOf(answer: HostsAnswer): readonly FileProblem[] {
  if (answer.kind === 'hosts') return answer.problems;
  // The problem of a file as a whole is told once, and not for each registry.
  return answer.kind === 'unusable' ? [answer.problem] : [];
}

const effects: Readonly<Record<NonNullable<FileProblem['effect']>, string>> = {
  ignored: 'the nodes ignore it',
  'every pull fails': 'every pull fails',
  'does not start': 'the container runtime does not start with it',
};

/** Returns a problem as one line. */
export function problemWords({ file, line, reason, effect }: FileProblem): string {
  const place = line === undefined ? file : `${file}:${line}`;
  return `${place}: ${reason}${effect === undefined ? '' : `; ${effects[effect]}`}`;
}
