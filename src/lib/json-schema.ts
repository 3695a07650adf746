import { Ajv, type AnySchema, type Options, type ValidateFunction } from 'ajv';

/** Checking each schema against the schema of schemas, and shortening the generated code, takes most of a start. */
const quick: Options = { meta: false, validateSchema: false, code: { optimize: false } };

/**
 * Returns a function that checks a value against a schema, as JSON Schema draft 7 defines it. Throws for an unknown
 * keyword; a test checks that the schemas of Pullgate are valid.
 */
export function compileSchema<T = unknown>(schema: AnySchema, options: Options = {}): ValidateFunction<T> {
  return new Ajv({ ...quick, ...options }).compile<T>(schema);
}
