import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { check } from '../../src/compose/check-command.ts';
import { arrayOf, descend, objectOf, stringOf, type JsonObject } from '../../src/lib/json.ts';
import { kubeconfigOf } from '../support/kubeconfig.ts';

const config = `apiVersion: pullgate.dev/v1alpha1
kind: PullgateConfiguration
network: {allowLoopback: true}
`;

export interface ClusterRun {
  /** URL of the API server. */
  readonly server: string;
  readonly objects: readonly JsonObject[];
  /** Further lines of the config. Default: Pullgate asks for no nodes. */
  readonly settings?: string;
}

/**
 * Runs `pullgate check` with a cluster whose context names the namespace `team`. Returns its result, its report, the kinds
 * of its findings, and what it wrote to standard error.
 */
export async function runWithCluster({ server, objects, settings = 'nodes: {enabled: false}\n' }: ClusterRun) {
  const folder = await mkdtemp(join(tmpdir(), 'pullgate-check-'));
  let text = '';
  let said = '';
  try {
    await writeFile(join(folder, 'kubeconfig'), kubeconfigOf(server));
    await writeFile(join(folder, 'pullgate.yaml'), `${config}${settings}`);
    const outcome = await check(
      {
        name: 'pullgate',
        filename: ['-'],
        kustomize: [],
        recursive: false,
        offline: false,
        outputs: [{ format: 'json' }],
        failOn: 'deny',
        quiet: false,
        timeout: 120_000,
        kubeconfig: join(folder, 'kubeconfig'),
        config: join(folder, 'pullgate.yaml'),
        overrides: {},
        environment: {},
      },
      {
        stdin: Readable.from([objects.map((object) => JSON.stringify(object)).join('\n---\n')]),
        stdout: { write: (part) => (text += part) },
        stderr: { write: (part) => (said += part) },
      },
      new AbortController().signal,
    );
    const report = descend(JSON.parse(text), []);
    const findings = arrayOf(report['objects']).flatMap((object) => arrayOf(objectOf(object)['findings']));
    return { outcome, report, said, kinds: findings.map((finding) => stringOf(objectOf(finding)['kind'])) };
  } finally {
    await rm(folder, { recursive: true });
  }
}
