import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Ajv } from 'ajv';
import configSchema from '../../src/config/schema.json' with { type: 'json' };
import { providerConfigSchema } from '../../src/credentials/provider-config-schema.ts';
import { compileSchema } from '../../src/lib/json-schema.ts';
import { admissionReviewSchema } from '../../src/webhook/admission-review.ts';

describe('compileSchema', () => {
  for (const [name, schema] of Object.entries({ configSchema, providerConfigSchema, admissionReviewSchema })) {
    test(`is never given an invalid schema: ${name}`, () => {
      const ajv = new Ajv();
      assert.ok(ajv.validateSchema(schema), ajv.errorsText());
    });
  }

  test('rejects an unknown keyword', () => {
    assert.throws(() => compileSchema({ type: 'object', propertys: {} }), /unknown keyword/);
  });

  test('checks values', () => {
    const validate = compileSchema({ type: 'object', required: ['name'] });
    assert.deepEqual([validate({ name: 1 }), validate({})], [true, false]);
  });
});
