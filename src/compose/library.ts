import { readConfig } from '../config/read-config.ts';
import type { Config } from '../config/config.ts';
import type { Registry, Tags } from '../engine/ports.ts';
import { composeChecker, type Checker } from './checker.ts';
import { manifestPorts } from './manifest-ports.ts';
import { composeRegistries } from './registry.ts';

/** Fields of the configuration file, such as `registries` or `platforms`; what is left out has the file's defaults. */
export type Settings = Readonly<Record<string, unknown>>;

/** A registry client with the cache, limits and breaker of the webhook. */
export interface RegistryClient {
  readonly registry: Registry;
  readonly tags: Tags;
  /** Ends its connections. */
  close(): Promise<void>;
}

/** Throws an Error with one line for people if a setting is wrong, or a file that it names cannot be read. */
export async function createRegistryClient(settings: Settings = {}): Promise<RegistryClient> {
  const { registry, tags, close } = await composeRegistries(configOf(settings));
  return { registry, tags, close };
}

export interface CheckerOptions {
  readonly settings?: Settings;
  /** Kubernetes objects whose Secrets and ServiceAccounts count: no cluster is asked. */
  readonly objects?: readonly object[];
  /** Namespace of the objects that name none. */
  readonly namespace?: string;
}

/** What `pullgate check --offline` checks with. Throws as `createRegistryClient` does. */
export async function createChecker({
  settings = {},
  objects = [],
  namespace = 'default',
}: CheckerOptions = {}): Promise<Checker> {
  const config = configOf(settings);
  const manifests = objects.map((object) => ({ ...object }));
  const { world: ports } = manifestPorts({ objects: manifests, namespace, config, api: undefined, standIn: undefined });
  return composeChecker(config, ports);
}

function configOf(settings: Settings): Config {
  const document = { ...settings, apiVersion: 'pullgate.dev/v1alpha1', kind: 'PullgateConfiguration' };
  const result = readConfig({ name: 'settings', text: JSON.stringify(document) });
  if (result.kind === 'invalid') throw new Error(result.problem);
  return result.config;
}
