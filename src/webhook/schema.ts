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
 * The shape of an AdmissionReview as far as it is read here. Other fields are let pass: newer API servers add some.
 * Objects may be null (DELETE sends no new one, CREATE no old one).
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
