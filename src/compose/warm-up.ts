import { readConfig } from '../config/read-config.ts';
import type { Send } from '../registry/network/transport.ts';
import type { Body } from '../webhook/body.ts';
import { createHandler } from '../webhook/handler.ts';
import type { HttpAnswer } from '../webhook/http-answer.ts';
import { createReviewer, createSkip } from '../webhook/reviewer.ts';
import { composeChecker } from './checker.ts';
import { manifestPorts } from './manifest-ports.ts';

/** After these, a review takes a tenth of the time of the first. More of them would delay the start. */
const reviews = 5;
/** A pod with a small share of a CPU must not start later because of this, in ms. */
const maxMs = 200;

/**
 * Reviews workloads that do not exist, with an answer for each request and no network: V8 compiles the code of a review
 * when it runs for the first time, which takes ten times as long as the review. Returns the answers.
 */
export async function warmUp(): Promise<readonly HttpAnswer[]> {
  const read = readConfig();
  if (read.kind === 'invalid') throw new Error(read.problem);
  const { config } = read;
  const { ports } = manifestPorts({ objects: [account], namespace, config, api: undefined, standIn: undefined });
  const checker = await composeChecker(config, ports, { send, onConcealed: () => undefined });
  const review = createReviewer({
    rules: () => config,
    check: checker.check,
    namespaces: ports.namespaces,
    onLetThrough: () => undefined,
  });
  const handle = createHandler({
    review,
    skip: createSkip(() => config),
    shedding: { enter: () => Promise.resolve({ leave: () => undefined }), inFlight: 0, waiting: 0 },
    observer: { decided: () => undefined, rejected: () => undefined, failed: () => undefined },
  });
  const startedAt = performance.now();
  const gone = new AbortController().signal;
  const answers: HttpAnswer[] = [];
  while (answers.length < reviews && performance.now() < startedAt + maxMs) {
    const call = { startedAt, deadlineAt: startedAt + config.deadline, gone };
    answers.push(await handle(bodyOf(answers.length), call));
  }
  await checker.close();
  return answers;
}

const namespace = 'warm-up';
const account = { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'default', namespace } };

/** A registry that has each image except those with the tag `missing`. */
const send: Send = ({ url, method }) => {
  const missing = url.pathname.endsWith('/missing');
  const text = missing ? '{"errors":[{"code":"MANIFEST_UNKNOWN"}]}' : '{"tags":[]}';
  return Promise.resolve({
    kind: 'response',
    status: missing ? 404 : 200,
    headers: {
      'content-type': missing ? 'application/json' : 'application/vnd.oci.image.manifest.v1+json',
      'docker-content-digest': `sha256:${'0'.repeat(64)}`,
      'content-length': String(text.length),
    },
    body: method === 'HEAD' ? new Uint8Array() : Buffer.from(text),
    cut: false,
  });
};

/** A review of a Deployment, with one image that exists and one that does not, so that both answers run. */
function bodyOf(number: number): Body {
  const containers = ['there', 'missing'].map((tag) => ({ name: tag, image: `registry.example/app-${number}:${tag}` }));
  const metadata = { name: 'web', namespace };
  const object = { apiVersion: 'apps/v1', kind: 'Deployment', metadata, spec: { template: { spec: { containers } } } };
  const kind = { group: 'apps', version: 'v1', kind: 'Deployment' };
  const request = { uid: String(number), kind, operation: 'CREATE', ...metadata, object };
  const text = JSON.stringify({ apiVersion: 'admission.k8s.io/v1', kind: 'AdmissionReview', request });
  return { bytes: Buffer.from(text), drop: () => undefined };
}
