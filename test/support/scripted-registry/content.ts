import { unescape } from 'node:querystring';
import type { Blob, Blobs } from './blobs.ts';
import { type Answer, scripted, specified } from './reply.ts';
import type { Alterations, RepositoryScript, ServerScript } from './script.ts';

/** The answer of the registry API from the script's repositories, with `alterations`. */
export function answerContent(
  server: ServerScript,
  blobs: Blobs,
  method: string,
  path: string,
  alterations: Alterations = {},
): Answer {
  const { omitHeaders = [], setHeaders = {} } = alterations;
  function failed(status: number, code: string, message: string): Answer {
    // Alterations of the body apply only to content. For an error, only the headers change.
    return scripted({ ...specified(status, code, message), omitHeaders, setHeaders });
  }
  function found(type: string, { bytes, digest }: Blob): Answer {
    return {
      status: 200,
      headers: { 'Content-Type': type, 'Docker-Content-Digest': digest },
      body: bytes,
      alterations,
    };
  }

  const prefix = server.prefix ?? '/v2';
  if (path.replace(/\/+$/, '') === prefix) {
    return { ...scripted({ status: 200, body: {} }), alterations };
  }
  const route = path.startsWith(`${prefix}/`)
    ? /^(.+)\/(manifests|blobs)\/([^/]+)$/.exec(path.slice(prefix.length + 1))
    : null;
  if (!route) return failed(404, 'NOT_FOUND', 'no such route');
  if (method !== 'GET' && method !== 'HEAD') return failed(405, 'UNSUPPORTED', 'method not allowed');
  const [, name = '', kind, written = ''] = route;
  const repository = server.repositories?.[name];
  if (!repository) return failed(404, 'NAME_UNKNOWN', 'repository name not known to registry');
  const reference = unescape(written);
  if (kind === 'manifests') {
    const [type, blob] = findManifest(repository, blobs, reference) ?? [];
    return type !== undefined && blob ? found(type, blob) : failed(404, 'MANIFEST_UNKNOWN', 'manifest unknown');
  }
  const blob = repository.blobs?.map((key) => blobs.get(key)).find((blob) => blob?.digest === reference);
  return blob ? found('application/octet-stream', blob) : failed(404, 'BLOB_UNKNOWN', 'blob unknown to registry');
}

function findManifest(
  { tags = {}, manifests = {} }: RepositoryScript,
  blobs: Blobs,
  reference: string,
): readonly [type: string, blob: Blob] | undefined {
  const key = tags[reference] ?? Object.keys(manifests).find((key) => blobs.get(key)?.digest === reference);
  const blob = key === undefined ? undefined : blobs.get(key);
  return key !== undefined && blob ? [manifests[key] ?? '', blob] : undefined;
}
