import { join } from 'node:path';
import { Readable } from 'node:stream';
import { check } from '../../src/compose/check-command.ts';
import { arrayOf, descend, objectOf, type JsonObject } from '../../src/lib/json.ts';

/** The start of a config that allows registries on loopback. */
export const configHead = `apiVersion: pullgate.dev/v1alpha1
kind: PullgateConfiguration
network: {allowLoopback: true}
`;

/**
 * Runs `pullgate check --offline` with the config and the docker config in `folder`. Returns its result, its output and
 * the kinds of its findings.
 */
export async function runOffline(folder: string, manifests: JsonObject) {
  let text = '';
  const terminal = {
    stdin: Readable.from([JSON.stringify(manifests)]),
    stdout: { write: (part: string) => (text += part) },
    stderr: { write: (part: string) => (text += part) },
  };
  const outcome = await check(
    {
      filename: ['-'],
      kustomize: [],
      recursive: false,
      offline: true,
      name: 'pullgate',
      outputs: [{ format: 'json' }],
      failOn: 'deny',
      quiet: false,
      timeout: 120_000,
      config: join(folder, 'pullgate.yaml'),
      overrides: {},
      environment: { DOCKER_CONFIG: folder, PATH: `${folder}:/usr/bin:/bin` },
    },
    terminal,
    new AbortController().signal,
  );
  const report = descend(JSON.parse(text.slice(text.indexOf('{'))), []);
  const findings = arrayOf(report['objects']).flatMap((object) => arrayOf(objectOf(object)['findings']));
  return { denied: outcome === 'failed', outcome, text, kinds: findings.map((finding) => objectOf(finding)['kind']) };
}
