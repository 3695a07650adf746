import { readConfig } from '../config/read-config.ts';
import type { Config } from '../config/config.ts';
import type { Registry, Tags } from '../engine/ports.ts';
import { composeChecker, type Checker } from './checker.ts';
import { manifestPorts } from './manifest-ports.ts';
import { composeRegistries } from './registry.ts';

/** Fields of the configuration file, such as `registries` or `platforms`; a field that is left out has its default. */
export type Settings = Readonly<Record<string, unknown>>;

/** A registry client with the cache, limits and breaker of the webhook. */
export interface RegistryClient {
  readonly registry: Registry;
  readonly tags: Tags;
  /** Closes its connections. */
  close(): Promise<void>;
}

/**
 * Creates a registry client. Throws an Error with one line if a setting is wrong or a file that it names cannot be
 * read.
 */
export async function createRegistryClient(settings: Settings = {}): Promise<RegistryClient> {
  const { registry, tags, close } = await composeRegistries(configOf(settings));
  return { registry, tags, close };
}

export interface CheckerOptions {
  readonly settings?: Settings;
  /** Kubernetes objects, from which Secrets and ServiceAccounts are read. No cluster is asked. */
  readonly objects?: readonly object[];
  /** Namespace of objects that name none. */
  readonly namespace?: string;
}

/** Creates the checker of `pullgate check --offline`. Throws as `createRegistryClient` does. */
export async function createChecker({
  settings = {},
  objects = [],
  namespace = 'default',
}: CheckerOptions = {}): Promise<Checker> {
  const config = configOf(settings);
  const manifests = objects.map((object) => ({ ...object }));
  const { ports } = manifestPorts({ objects: manifests, namespace, config, api: undefined, standIn: undefined });
  return composeChecker(config, ports);
}

function configOf(settings: Settings): Config {
  const document = { ...settings, apiVersion: 'pullgate.dev/v1alpha1', kind: 'PullgateConfiguration' };
  const result = readConfig({ name: 'settings', text: JSON.stringify(document) });
  if (result.kind === 'invalid') throw new Error(result.problem);
  return result.config;
}
