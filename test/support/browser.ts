import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { access, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const programs = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** Options of a suite that needs a browser: skips it if none is installed. Throws instead if `CI=true`. */
export async function needsBrowser(): Promise<{ readonly skip?: string }> {
  if ((await findBrowser()) !== undefined) return {};
  if (process.env['CI'] === 'true') throw new Error('no Chromium');
  return { skip: 'no Chromium' };
}

async function findBrowser(): Promise<string | undefined> {
  for (const program of programs) {
    const isThere = await access(program).then(
      () => true,
      () => false,
    );
    if (isThere) return program;
  }
  return undefined;
}

/** A message of the Chrome DevTools Protocol. */
interface Message {
  readonly id?: number;
  readonly method?: string;
  readonly params?: unknown;
  readonly result?: unknown;
  readonly error?: { readonly message: string };
}

/** A page in a headless browser without network. */
export interface BrowserPage extends AsyncDisposable {
  /** Sends a command of the Chrome DevTools Protocol, and returns its result. */
  send(method: string, params?: object): Promise<unknown>;
  /** Evaluates an expression in the page, and returns its value. Throws what it throws. */
  evaluate(expression: string): Promise<unknown>;
  /** The messages of the page so far, of these kinds. */
  events(method: string): readonly unknown[];
}

/** Opens a URL, and waits until it is loaded. */
export async function openPage(url: string): Promise<BrowserPage> {
  const profile = await mkdtemp(join(tmpdir(), 'pullgate-browser-'));
  const browser = spawn((await findBrowser()) ?? '', [
    '--headless=new',
    '--no-sandbox',
    '--disable-gpu',
    '--disable-dev-shm-usage',
    '--no-first-run',
    '--disable-background-networking',
    '--host-resolver-rules=MAP * ~NOTFOUND',
    '--remote-debugging-port=0',
    `--user-data-dir=${profile}`,
    'about:blank',
  ]);

  async function close(): Promise<void> {
    const ended = once(browser, 'close');
    browser.kill('SIGKILL');
    await ended;
    await rm(profile, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
  }

  try {
    return await attach(url, await portOf(browser), close);
  } catch (error) {
    await close();
    throw error;
  }
}

async function portOf(browser: ChildProcess): Promise<string> {
  if (browser.stderr === null) throw new Error('no log');
  for await (const line of createInterface({ input: browser.stderr })) {
    const port = /^DevTools listening on ws:\/\/127\.0\.0\.1:(\d+)\//.exec(line)?.[1];
    if (port !== undefined) {
      browser.stderr.resume();
      return port;
    }
  }
  throw new Error('the browser does not start');
}

async function attach(url: string, port: string, close: () => Promise<void>): Promise<BrowserPage> {
  const targets = (await (await fetch(`http://127.0.0.1:${port}/json`)).json()) as readonly {
    readonly type: string;
    readonly webSocketDebuggerUrl: string;
  }[];
  const socket = new WebSocket(targets.find(({ type }) => type === 'page')?.webSocketDebuggerUrl ?? '');
  await new Promise((resolve, reject) => {
    socket.addEventListener('open', resolve, { once: true });
    socket.addEventListener('error', reject, { once: true });
  });
  const waiting = new Map<number, (message: Message) => void>();
  const seen: Message[] = [];
  let last = 0;
  const { promise: loaded, resolve: onLoad } = Promise.withResolvers<void>();
  socket.addEventListener('message', ({ data }) => {
    const message = JSON.parse(String(data)) as Message;
    if (message.id === undefined) seen.push(message);
    else waiting.get(message.id)?.(message);
    if (message.method === 'Page.loadEventFired') onLoad();
  });

  async function send(method: string, params: object = {}): Promise<unknown> {
    const id = ++last;
    const { promise, resolve } = Promise.withResolvers<Message>();
    waiting.set(id, resolve);
    socket.send(JSON.stringify({ id, method, params }));
    const { result, error } = await promise;
    waiting.delete(id);
    if (error !== undefined) throw new Error(`${method}: ${error.message}`);
    return result;
  }

  for (const domain of ['Page', 'Network', 'Log', 'Runtime']) await send(`${domain}.enable`);
  await send('Page.navigate', { url });
  await loaded;

  return {
    send,
    async evaluate(expression) {
      const reply = (await send('Runtime.evaluate', { expression, returnByValue: true, awaitPromise: true })) as {
        readonly result: { readonly value?: unknown };
        readonly exceptionDetails?: { readonly text: string };
      };
      if (reply.exceptionDetails !== undefined) throw new Error(reply.exceptionDetails.text);
      return reply.result.value;
    },
    events: (method) => seen.filter((message) => message.method === method).map(({ params }) => params),
    async [Symbol.asyncDispose]() {
      socket.close();
      await close();
    },
  };
}
