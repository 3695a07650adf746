import type { ErrorObject } from 'ajv';
import { compileSchema } from '../lib/json-schema.ts';
import { parseJson } from '../lib/json.ts';
import type { AdmissionRequest, Decision } from './review.ts';

const versions = ['admission.k8s.io/v1', 'admission.k8s.io/v1beta1'] as const;

type ReviewVersion = (typeof versions)[number];

/** A parsed body. `reason` describes the shape of the body and never repeats its content. */
export type ParsedReview =
  | { readonly kind: 'review'; readonly apiVersion: ReviewVersion; readonly request: AdmissionRequest }
  | { readonly kind: 'malformed'; readonly reason: string };

/** Returns a function that parses the bytes of an AdmissionReview, v1 or v1beta1. That function never throws. */
export function createReviewReader(): (body: Buffer) => ParsedReview {
  const validate = compileSchema<AdmissionReview>(admissionReviewSchema, { useDefaults: true, allowUnionTypes: true });
  return (body) => {
    const review = parseJson(body);
    if (review === undefined) return malformed('the body is not JSON');
    if (!validate(review)) return malformed(reasonOf(validate.errors ?? []));
    const apiVersion = versions.find((version) => version === review.apiVersion);
    if (apiVersion === undefined) return malformed(`apiVersion must be one of ${versions.join(', ')}`);
    return { kind: 'review', apiVersion, request: review.request };
  };
}

/** Returns the JSON response to `request`, with the same uid and version. The response never has a patch. */
export function writeReview(apiVersion: ReviewVersion, request: AdmissionRequest, decision: Decision): string {
  const { allowed, code, message, warnings, auditAnnotations } = decision;
  const response = {
    uid: request.uid,
    allowed,
    ...(allowed ? {} : { status: { code: code ?? 403, reason: 'Forbidden', message: message ?? 'denied' } }),
    ...(warnings.length > 0 ? { warnings: warnings.map(printable) } : {}),
    ...(Object.keys(auditAnnotations).length > 0 ? { auditAnnotations } : {}),
  };
  return JSON.stringify({ apiVersion, kind: 'AdmissionReview', response });
}

interface AdmissionReview {
  readonly apiVersion: string;
  readonly request: AdmissionRequest;
}

function malformed(reason: string): ParsedReview {
  return { kind: 'malformed', reason };
}

function reasonOf([error]: readonly ErrorObject[]): string {
  const field = error?.instancePath.slice(1).replaceAll('/', '.');
  return `${field ? `${field}: ` : ''}${error?.message ?? 'not an AdmissionReview'}`;
}

/**
 * The API server silently drops a warning that contains a control character (kubernetes v1.36.3, apimachinery
 * net.NewWarningHeader).
 */
function printable(warning: string): string {
  return warning.replaceAll(/[\p{Cc}\p{Cs}\u2028\u2029]+/gu, ' ');
}

const groupVersionKind = {
  type: 'object',
  required: ['kind'],
  properties: {
    group: { type: 'string', default: '' },
    version: { type: 'string', default: '' },
    kind: { type: 'string', minLength: 1 },
  },
} as const;

/**
 * The fields of an AdmissionReview that Pullgate reads. Other fields are allowed because newer API servers add some.
 * `object` is null for DELETE, and `oldObject` is null for CREATE.
 */
export const admissionReviewSchema = {
  type: 'object',
  required: ['apiVersion', 'kind', 'request'],
  properties: {
    apiVersion: { type: 'string' },
    kind: { const: 'AdmissionReview' },
    request: {
      type: 'object',
      required: ['uid', 'kind', 'operation'],
      properties: {
        uid: { type: 'string', minLength: 1, maxLength: 253 },
        kind: groupVersionKind,
        subResource: { type: 'string' },
        name: { type: 'string' },
        namespace: { type: 'string' },
        operation: { enum: ['CREATE', 'UPDATE', 'DELETE', 'CONNECT'] },
        object: { type: ['object', 'null'] },
        oldObject: { type: ['object', 'null'] },
        dryRun: { type: ['boolean', 'null'] },
      },
    },
  },
} as const;
