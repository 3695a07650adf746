import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { FindingKind } from '../../src/engine/finding.ts';
import type { RegistryScript } from '../support/scripted-registry/script.ts';

/** The verdict of a policy. */
export type VerdictWord = 'allow' | 'warn' | 'deny';

/** An object that was sent to the API server. */
export interface ApiObject {
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
  readonly [field: string]: unknown;
}

/** A situation, and the result on a real node. See `test/scenarios/README.md` for the origin. */
export interface Scenario {
  readonly name: string;
  readonly class: string;
  readonly about: string;
  readonly registry: RegistryScript;
  readonly node: NodeScript;
  /** In the order of creation. The pod under test is the last object. */
  readonly objects: readonly ApiObject[];
  /** Containers that were added through the `ephemeralcontainers` subresource. */
  readonly ephemeral?: readonly object[];
  readonly outcome: Outcome;
  readonly expected: Expected;
}

export interface NodeScript {
  /** hosts.toml by folder below `certs.d`. */
  readonly hosts?: Readonly<Record<string, string>>;
  readonly presentImages?: readonly { readonly image: string }[];
  /** The node's docker config file. */
  readonly dockerConfig?: object;
  readonly providers?: { readonly config: object; readonly executables: Readonly<Record<string, string>> };
}

export interface Outcome {
  /** Null if the node did not decide. Undefined if the API server rejected an object. */
  readonly pulled?: boolean | null;
  readonly rejectedByApiServer?: string;
  /** The rejected object, for example `Secret/bad`. */
  readonly object?: string;
}

/** The correct result of a check. */
export interface Expected {
  readonly verdict: readonly VerdictWord[];
  /** Unless empty, at least one of these kinds must be found. */
  readonly kinds: readonly FindingKind[];
  /** A warning is not a false alarm: the node pulled without something that a check needs. */
  readonly mayAlarm?: boolean;
}

/** Reads every scenario in a folder, ordered by name. */
export async function readScenarios(folder: string): Promise<readonly Scenario[]> {
  const files = (await readdir(folder)).filter((file) => file.endsWith('.json')).sort();
  const texts = await Promise.all(files.map((file) => readFile(join(folder, file), 'utf8')));
  return texts.map((text) => JSON.parse(text) as Scenario);
}
