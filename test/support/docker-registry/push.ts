import { createHash } from 'node:crypto';
import { request, type Dispatcher } from 'undici';

/** How to reach the registry. */
export interface PushTarget {
  readonly url: string;
  readonly dispatcher: Dispatcher;
  readonly headers: Readonly<Record<string, string>>;
}

const mediaTypes = {
  manifest: 'application/vnd.oci.image.manifest.v1+json',
  config: 'application/vnd.oci.image.config.v1+json',
  layer: 'application/vnd.oci.image.layer.v1.tar+gzip',
};

/** Pushes a small image for linux/amd64 over the HTTP API of the registry, and returns its digest. */
export async function pushImage(target: PushTarget, repository: string, tag: string): Promise<string> {
  const config = { os: 'linux', architecture: 'amd64', config: {}, rootfs: { type: 'layers', diff_ids: [] } };
  const manifest = Buffer.from(
    JSON.stringify({
      schemaVersion: 2,
      mediaType: mediaTypes.manifest,
      config: await pushBlob(target, repository, mediaTypes.config, JSON.stringify(config)),
      layers: [await pushBlob(target, repository, mediaTypes.layer, `${repository}:${tag}`)],
    }),
  );
  const url = `${target.url}/v2/${repository}/manifests/${tag}`;
  await send(target, 'PUT', url, manifest, mediaTypes.manifest);
  return digestOf(manifest);
}

async function pushBlob(target: PushTarget, repository: string, mediaType: string, text: string): Promise<object> {
  const body = Buffer.from(text);
  const started = await send(target, 'POST', `${target.url}/v2/${repository}/blobs/uploads/`);
  const location = new URL(String(started.headers['location']), target.url);
  location.searchParams.set('digest', digestOf(body));
  await send(target, 'PUT', location.href, body, 'application/octet-stream');
  return { mediaType, digest: digestOf(body), size: body.length };
}

async function send(
  target: PushTarget,
  method: 'POST' | 'PUT',
  url: string,
  body: Buffer = Buffer.alloc(0),
  contentType?: string,
): Promise<Dispatcher.ResponseData> {
  const headers = { ...target.headers, ...(contentType !== undefined && { 'content-type': contentType }) };
  const response = await request(url, { method, headers, body, dispatcher: target.dispatcher });
  const text = await response.body.text();
  if (response.statusCode >= 300) throw new Error(`${method} ${url}: ${response.statusCode} ${text}`);
  return response;
}

function digestOf(bytes: Buffer): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}
