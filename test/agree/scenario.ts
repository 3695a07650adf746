import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { FindingKind } from '../../src/engine/finding.ts';
import type { RegistryScript } from '../support/scripted-registry/script.ts';

/** What a policy makes of findings, in one word. */
export type VerdictWord = 'allow' | 'warn' | 'deny';

/** An object as it was given to the API server. */
export interface ApiObject {
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
  readonly [field: string]: unknown;
}

/** A whole situation, and what a real node did in it; `../scenarios/README.md` says where they come from. */
export interface Scenario {
  readonly name: string;
  readonly class: string;
  readonly about: string;
  readonly registry: RegistryScript;
  readonly node: NodeScript;
  /** In the order in which they were created; the pod under test is the last. */
  readonly objects: readonly ApiObject[];
  /** Containers that were added through the `ephemeralcontainers` subresource. */
  readonly ephemeral?: readonly object[];
  readonly outcome: Outcome;
  readonly expected: Expected;
}

export interface NodeScript {
  /** Folder below `certs.d` → its hosts.toml. */
  readonly hosts?: Readonly<Record<string, string>>;
  readonly presentImages?: readonly { readonly image: string }[];
  /** The node's docker config file. */
  readonly dockerConfig?: object;
  readonly providers?: { readonly config: object; readonly executables: Readonly<Record<string, string>> };
}

export interface Outcome {
  /** Null: undecided; absent: the API server refused an object. */
  readonly pulled?: boolean | null;
  readonly rejectedByApiServer?: string;
  /** `Secret/bad`: the object that was refused. */
  readonly object?: string;
}

/** What is right to say of it. */
export interface Expected {
  readonly verdict: readonly VerdictWord[];
  /** Where there are any, one of them must be found. */
  readonly kinds: readonly FindingKind[];
  /** The node got by without what a check would ask for: a warning is no mistake. */
  readonly mayAlarm?: boolean;
}

/** Every scenario of a folder, by name. */
export async function readScenarios(folder: string): Promise<readonly Scenario[]> {
  const files = (await readdir(folder)).filter((file) => file.endsWith('.json')).sort();
  const texts = await Promise.all(files.map((file) => readFile(join(folder, file), 'utf8')));
  return texts.map((text) => JSON.parse(text) as Scenario);
}
