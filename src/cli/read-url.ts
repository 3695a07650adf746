import { EnvHttpProxyAgent, request, type Dispatcher } from 'undici';
import { readLimited } from './limited-text.ts';

/** In ms, for one URL with its redirects. */
const deadlineMs = 30_000;
const maxRedirects = 5;
const redirects: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

/** Whether an `-f` is a URL of any scheme. */
export function isUrl(source: string): boolean {
  return /^[a-z][a-z0-9+.-]*:\/\//i.test(source);
}

/** Returns a URL without what may be secret in it: user, password and query. */
export function publicUrl(source: string): string {
  if (!URL.canParse(source)) return source.replace(/\/\/[^/@]*@/, '//').replace(/[?#].*$/s, '');
  const { protocol, host, pathname } = new URL(source);
  return `${protocol}//${host}${pathname}`;
}

/**
 * Returns the text at a URL, as `kubectl apply -f` reads it, but sends no credential. Uses the proxy of the environment.
 * Follows redirects, but not to another scheme. Throws an Error that says why it cannot be read, or the reason of `stop`.
 */
export async function readUrl(source: string, stop: AbortSignal): Promise<string> {
  const dispatcher = new EnvHttpProxyAgent();
  const deadline = AbortSignal.timeout(deadlineMs);
  try {
    return await follow(new URL(source), { dispatcher, signal: AbortSignal.any([stop, deadline]) });
  } catch (error) {
    stop.throwIfAborted();
    if (deadline.aborted) throw new Error(`no answer within ${deadlineMs / 1000} seconds`, { cause: error });
    throw error;
  } finally {
    await dispatcher.destroy();
  }
}

interface Call {
  readonly dispatcher: Dispatcher;
  readonly signal: AbortSignal;
}

async function follow(start: URL, call: Call): Promise<string> {
  let url = start;
  for (let hops = 0; hops <= maxRedirects; hops += 1) {
    assertReadable(url);
    const headers = { accept: 'application/yaml, application/json, text/plain, */*', 'user-agent': 'pullgate' };
    const { statusCode, headers: answered, body } = await request(url, { ...call, headers });
    const location = answered['location'];
    if (redirects.has(statusCode) && typeof location === 'string') {
      await body.dump();
      const next = new URL(location, url);
      if (next.protocol !== url.protocol) throw new Error(`it redirects to another scheme: ${publicUrl(next.href)}`);
      url = next;
      continue;
    }
    if (statusCode !== 200) throw new Error(`the server answered ${statusCode}`);
    if (String(answered['content-type']).startsWith('text/html')) throw new Error('it is a web page; use the raw file');
    return await readLimited(body);
  }
  throw new Error(`more than ${maxRedirects} redirects`);
}

function assertReadable({ protocol, username, password }: URL): void {
  if (protocol !== 'http:' && protocol !== 'https:') throw new Error('use a URL that starts with https:// or http://');
  if (username !== '' || password !== '') throw new Error('a URL with a user or password is not read');
}
