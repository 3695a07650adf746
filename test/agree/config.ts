import type { Config } from '../../src/config/config.ts';
import { readConfig } from '../../src/config/read-config.ts';
import type { NodeFiles } from './stage.ts';

/** The config of every scenario: the defaults and the files of the node. Throws if it is invalid. */
export function configFor(files: NodeFiles, deep: boolean): Config {
  const text = JSON.stringify({
    apiVersion: 'pullgate.dev/v1alpha1',
    kind: 'PullgateConfiguration',
    certsDir: files.hosts,
    nodeFiles: files.nodeFiles,
    nodeCredentials: { dockerConfig: files.dockerConfig, providers: files.providers, matchImages: [] },
    network: { allowLoopback: true },
    deep,
  });
  const read = readConfig({ name: 'agree', text });
  if (read.kind === 'invalid') throw new Error(read.problem);
  return read.config;
}
