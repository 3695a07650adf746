/*
 * The rules of the webhook, which the shipped manifest has as an annotation.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'yaml';
import { rulesAnnotation } from '../../src/cluster/webhook-configuration.ts';
import { manifests } from './overlay.ts';

export interface ShippedRule {
  readonly apiGroups: readonly string[];
  readonly apiVersions: readonly string[];
  readonly operations: readonly string[];
  readonly resources: readonly string[];
  readonly scope: string;
}

const { metadata } = parse(await readFile(join(manifests, 'base/webhook.yaml'), 'utf8')) as {
  readonly metadata: { readonly annotations: Readonly<Record<string, string>> };
};

/** The text of the annotation. */
export const shippedText = metadata.annotations[rulesAnnotation] ?? '';

/** The rules in the annotation. */
export const shippedRules = JSON.parse(shippedText) as readonly ShippedRule[];
