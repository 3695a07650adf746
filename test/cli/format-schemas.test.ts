import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { describe, test } from 'node:test';
import { Ajv, type AnySchema } from 'ajv';
import { parse, parseAllDocuments } from 'yaml';
import { formats } from '../../src/cli/format.ts';
import { arrayOf, descend, objectOf, type JsonObject } from '../../src/lib/json.ts';
import { clusterReport, options, sampleReport } from './sample-report.ts';

const reports = [
  { of: 'files', report: sampleReport() },
  { of: 'a cluster', report: clusterReport() },
  { of: 'nothing', report: { objects: [], passedOver: [], notes: [], problems: [] } },
] as const;

async function schemaText(name: string): Promise<string> {
  return readFile(new URL(`schemas/${name}`, import.meta.url), 'utf8');
}

const integer = { type: 'number', validate: Number.isInteger } as const;

/** The formats that the schemas use. */
const ajvFormats = {
  'date-time': /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)$/,
  uri: (text: string) => URL.canParse(text),
  'uri-reference': (text: string) => URL.canParse(text, 'https://host.example'),
  int32: integer,
  int64: integer,
};

function validator(schema: JsonObject) {
  const ajv = new Ajv({ strict: false, allErrors: true, formats: ajvFormats });
  const validate = ajv.compile(schema as AnySchema);
  return (value: unknown) => (validate(value) ? [] : validate.errors);
}

describe('SARIF is valid against the schema of OASIS, for', () => {
  // Draft 04 differs from draft 07, which ajv knows, in the name of `id` and in keywords that the schema does not use.
  const compiled = schemaText('sarif-schema-2.1.0.json').then((text) => {
    const { $schema: _, id: __, ...schema } = objectOf(JSON.parse(text));
    return validator(schema);
  });
  for (const { of, report } of reports) {
    test(of, async () => {
      const validate = await compiled;
      const document = descend(JSON.parse(formats.sarif(report, options)), []);
      assert.deepEqual(validate(document), []);
      assert.notDeepEqual(validate({ ...document, runs: [{}] }), []);
    });
  }
});

describe('PolicyReports are valid against the schema of the CRD, for', () => {
  const compiled = schemaText('wgpolicyk8s.io_policyreports.yaml').then((text) => {
    const versions = arrayOf(descend(parse(text), ['spec'])['versions']).map(objectOf);
    const version = versions.find(({ name }) => name === 'v1alpha2');
    return validator(closed(descend(version, ['schema', 'openAPIV3Schema'])));
  });
  for (const { of, report } of reports) {
    test(of, async () => {
      const validate = await compiled;
      const documents = parseAllDocuments(formats.policyreport(report, options)).map((document) =>
        objectOf(document.toJS()),
      );
      assert.equal(documents.length, new Set(report.objects.map(({ subject }) => subject.namespace)).size);
      for (const document of documents) {
        assert.deepEqual(validate(document), []);
        assert.notDeepEqual(validate({ ...document, results: [{ policy: 'p', result: 'perhaps' }] }), []);
      }
    });
  }
});

/** The API server prunes unknown fields, except in metadata. Here they are errors. */
function closed(schema: JsonObject): JsonObject {
  const entries = Object.entries(schema).map(([key, value]): [string, unknown] => {
    if (key === 'properties') {
      const properties = Object.entries(objectOf(value)).map(([name, below]) => [name, closed(objectOf(below))]);
      return [key, Object.fromEntries(properties)];
    }
    return [key, key === 'items' ? closed(objectOf(value)) : value];
  });
  const open = schema['properties'] === undefined;
  return { ...Object.fromEntries(entries), ...(!open && { additionalProperties: false }) };
}

/** The fields that GitLab documents: https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format. */
const gitlabSchema = {
  type: 'array',
  items: {
    type: 'object',
    required: ['description', 'check_name', 'fingerprint', 'severity', 'location'],
    properties: {
      description: { type: 'string', minLength: 1 },
      check_name: { type: 'string', minLength: 1 },
      fingerprint: { type: 'string', pattern: '^[0-9a-f]{64}$' },
      severity: { enum: ['info', 'minor', 'major', 'critical', 'blocker'] },
      location: {
        type: 'object',
        required: ['path', 'lines'],
        properties: {
          path: { type: 'string', pattern: '^(?!\\./|/)' },
          lines: { type: 'object', required: ['begin'], properties: { begin: { type: 'integer', minimum: 1 } } },
        },
      },
    },
  },
};

describe('Code Quality has the fields that GitLab documents, and different fingerprints, for', () => {
  for (const { of, report } of reports) {
    test(of, () => {
      const issues = arrayOf(JSON.parse(formats.gitlab(report))).map(objectOf);
      assert.deepEqual(validator(gitlabSchema)(issues), []);
      assert.equal(new Set(issues.map(({ fingerprint }) => fingerprint)).size, issues.length);
    });
  }
});

/** What each element may have, as Jenkins, GitLab and most other readers take it: github.com/testmoapp/junitxml. */
const junitElements: Readonly<
  Record<string, { readonly attributes: readonly string[]; readonly in: readonly string[] }>
> = {
  testsuites: { attributes: ['name', 'tests', 'failures', 'errors'], in: [''] },
  testsuite: { attributes: ['name', 'tests', 'failures', 'errors'], in: ['testsuites'] },
  testcase: { attributes: ['classname', 'name', 'file', 'line'], in: ['testsuite'] },
  failure: { attributes: ['type', 'message'], in: ['testcase'] },
  error: { attributes: ['type', 'message'], in: ['testcase'] },
  'system-out': { attributes: [], in: ['testcase', 'testsuite'] },
  'system-err': { attributes: [], in: ['testsuite'] },
};

/** The start tags of well-formed XML, each with the element around it. */
function elementsOf(xml: string) {
  const open: string[] = [];
  const found: { name: string; within: string; attributes: Readonly<Record<string, string>> }[] = [];
  const body = xml.replace(/^<\?xml [^>]*\?>/, '');
  assert.doesNotMatch(body.replaceAll(/<[^<>]*>/g, ''), /[<>]|&(?!amp;|lt;|gt;|quot;|apos;)/);
  for (const [, close, name = '', rest = '', empty] of body.matchAll(/<(\/?)([\w-]+)((?: [\w-]+="[^"<]*")*)(\/?)>/g)) {
    if (close === '/') assert.equal(open.pop(), name);
    else {
      const attributes = [...rest.matchAll(/([\w-]+)="([^"]*)"/g)].map(([, key = '', value = '']) => [key, value]);
      found.push({ name, within: open.at(-1) ?? '', attributes: Object.fromEntries(attributes) });
      if (empty !== '/') open.push(name);
    }
  }
  assert.deepEqual(open, []);
  return found;
}

describe('JUnit is well-formed and has the common shape, for', () => {
  for (const { of, report } of reports) {
    test(of, () => {
      const elements = elementsOf(formats.junit(report, options));
      for (const { name, within, attributes } of elements) {
        const allowed = junitElements[name] ?? { attributes: [], in: [] };
        assert.ok(allowed.in.includes(within), `${name} in ${within}`);
        for (const key of Object.keys(attributes)) assert.ok(allowed.attributes.includes(key), `${name}/@${key}`);
      }
      const count = (wanted: string) => String(elements.filter(({ name }) => name === wanted).length);
      for (const { attributes } of elements.filter(({ name }) => name.startsWith('testsuite'))) {
        const { tests, failures, errors } = attributes;
        assert.deepEqual([tests, failures, errors], [count('testcase'), count('failure'), count('error')]);
      }
    });
  }
});
