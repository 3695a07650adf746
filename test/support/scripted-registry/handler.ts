import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { TLSSocket } from 'node:tls';
import type { TlsIdentity } from '../certificates.ts';
import { authorize } from './auth.ts';
import type { Blobs } from './blobs.ts';
import { answerContent } from './content.ts';
import type { Exchange } from './exchange.ts';
import { identify, speaker } from './identity.ts';
import { type Answer, scripted, send } from './reply.ts';
import { openRuleBook } from './rules.ts';
import type { Rule, ServerScript } from './script.ts';
import { answerToken } from './token.ts';

export interface Stage {
  readonly server: string;
  readonly script: ServerScript;
  readonly blobs: Blobs;
  /** The certificate of a server that listens with TLS. */
  readonly identity?: TlsIdentity;
  /** Adds an exchange to the log. */
  record(exchange: Exchange): void;
  /** If true, rules, token and authorization are skipped, and the content is public. */
  isOpen(): boolean;
  /** Ends delays. */
  readonly signal: AbortSignal;
}

/** The maximum size of the form of a token request, in bytes. */
const formLimit = 1 << 20;

/** Answers requests in this order: rules, token, authorization, rules with `after: 'auth'`, content. */
export function handleRequests(stage: Stage): RequestListener {
  const { script, blobs, signal } = stage;
  const findRule = openRuleBook(script.rules ?? []);
  // An empty token script means no token endpoint: the realm then responds 404.
  const token = script.token && Object.keys(script.token).length > 0 ? script.token : undefined;

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = 'GET', url = '/', headers } = request;
    const path = url.split('?', 1)[0] ?? '';
    const form = await readForm(request);
    const identity = identify(request);
    const authorization = speaker(identity, form);
    const exchange: Exchange = {
      server: stage.server,
      method,
      path: url,
      authorization,
      accept: headers.accept ?? null,
      status: null,
    };
    stage.record(exchange);

    function reply(answer: Answer): void {
      exchange.status = answer.status;
      send(response, answer);
    }

    async function apply(rule: Rule['do']): Promise<void> {
      if (rule.delaySeconds !== undefined) await sleep(rule.delaySeconds * 1000, undefined, { signal });
      if (rule.hang === true) exchange.status = 'hang';
      else if (rule.reset === true) {
        exchange.status = 'reset';
        resetConnection(request.socket);
      } else if (rule.serve === true) reply(answerContent(script, blobs, method, path, rule));
      else reply(scripted({ status: 200, ...rule }));
    }

    if (stage.isOpen()) return reply(answerContent(script, blobs, method, path));
    const first = findRule(request, undefined);
    if (first) return apply(first);
    if (token && path === (token.path ?? '/token')) {
      return reply(scripted(answerToken(token, method, identity, form)));
    }
    const refusal = script.auth && authorize(script.auth, identity, path);
    if (refusal) return reply(scripted(refusal));
    const second = findRule(request, 'auth');
    if (second) return apply(second);
    return reply(answerContent(script, blobs, method, path));
  }

  return function listener(request, response) {
    handle(request, response).catch(() => request.socket.destroy());
  };
}

async function readForm(request: IncomingMessage): Promise<URLSearchParams> {
  let text = '';
  for await (const chunk of request.setEncoding('latin1')) {
    text += String(chunk);
    if (text.length > formLimit) throw new Error('form too large');
  }
  return new URLSearchParams(text);
}

/** Sends an RST on a plain connection. A TLS connection can only be closed. */
function resetConnection(socket: Socket): void {
  if (socket instanceof TLSSocket) socket.destroy();
  else socket.resetAndDestroy();
}
