import { compileSchema } from '../lib/json-schema.ts';
import { providerApiVersions, type ProviderApiVersion } from './provider.ts';

/** A CredentialProviderConfig that `shapeError` accepted. */
export interface ConfigShape {
  readonly providers: readonly ProviderShape[];
}

export interface ProviderShape {
  readonly name: string;
  readonly apiVersion: ProviderApiVersion;
  readonly matchImages: readonly string[];
  readonly defaultCacheDuration: string;
  readonly args?: readonly string[] | null;
  readonly env?: readonly { readonly name: string; readonly value?: string }[] | null;
  readonly tokenAttributes?: {
    readonly serviceAccountTokenAudience: string;
    readonly cacheType?: 'Token' | 'ServiceAccount';
    readonly requireServiceAccount: boolean;
    readonly requiredServiceAccountAnnotationKeys?: readonly string[] | null;
    readonly optionalServiceAccountAnnotationKeys?: readonly string[] | null;
  } | null;
}

// An argument or a variable of a process cannot contain a NUL.
const text = { type: 'string', pattern: '^[^\\u0000]*$' } as const;
const strings = { type: ['array', 'null'], items: text } as const;

/** The fields that the kubelet requires, and their types. */
export const providerConfigSchema = {
  type: 'object',
  required: ['apiVersion', 'kind', 'providers'],
  additionalProperties: false,
  properties: {
    apiVersion: {
      enum: ['kubelet.config.k8s.io/v1', 'kubelet.config.k8s.io/v1beta1', 'kubelet.config.k8s.io/v1alpha1'],
    },
    kind: { const: 'CredentialProviderConfig' },
    providers: {
      type: 'array',
      minItems: 1,
      items: {
        type: 'object',
        required: ['name', 'apiVersion', 'matchImages', 'defaultCacheDuration'],
        additionalProperties: false,
        properties: {
          // A file name without a path, so that the executable is in the plugin folder.
          name: { type: 'string', pattern: '^(?!\\.{1,2}$)[^/\\s\\\\]+$' },
          apiVersion: { enum: providerApiVersions },
          matchImages: { type: 'array', minItems: 1, items: { type: 'string' } },
          defaultCacheDuration: { type: 'string' },
          args: strings,
          env: {
            type: ['array', 'null'],
            items: {
              type: 'object',
              required: ['name'],
              additionalProperties: false,
              properties: { name: { type: 'string', pattern: '^[^\\u0000=]+$' }, value: text },
            },
          },
          tokenAttributes: {
            type: ['object', 'null'],
            required: ['serviceAccountTokenAudience', 'requireServiceAccount'],
            additionalProperties: false,
            properties: {
              serviceAccountTokenAudience: { type: 'string', minLength: 1 },
              cacheType: { enum: ['Token', 'ServiceAccount'] },
              requireServiceAccount: { type: 'boolean' },
              requiredServiceAccountAnnotationKeys: strings,
              optionalServiceAccountAnnotationKeys: strings,
            },
          },
        },
      },
    },
  },
} as const;

/** Where and why a value is not a valid CredentialProviderConfig; undefined if it is valid. */
export function shapeError(
  value: unknown,
): { readonly path: readonly (string | number)[]; readonly reason: string } | undefined {
  const validate = compileSchema(providerConfigSchema, { allowUnionTypes: true });
  if (validate(value)) return undefined;
  const [error] = validate.errors ?? [];
  const path = (error?.instancePath ?? '').split('/').slice(1);
  return {
    path: path.map((step) => (/^\d+$/.test(step) ? Number(step) : step)),
    reason: `${path.join('.')} ${error?.message ?? 'is not valid'}`.trim(),
  };
}
