import { createHash } from 'node:crypto';
import { filterScript } from './filter-script.ts';
import { html, Markup } from './markup.ts';
import { style } from './style.ts';

/**
 * Returns a whole page. It needs no other file: its policy forbids every request, and every style and script but those of
 * this page.
 */
export function page(title: string, body: Markup): string {
  const policy = [
    "default-src 'none'",
    `style-src ${hashOf(style)}`,
    `script-src ${hashOf(filterScript)}`,
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta http-equiv="Content-Security-Policy" content="${new Markup(policy)}" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="referrer" content="no-referrer" />
        <meta name="color-scheme" content="light dark" />
        <title>${title}</title>
        ${styleElement}
      </head>
      <body>
        ${body} ${scriptElement}
      </body>
    </html> `.toString();
}

// Their text must stay as it is, because the policy has its hash.
const styleElement = new Markup(`<style>${style}</style>`);
const scriptElement = new Markup(`<script>${filterScript}</script>`);

/** Returns the source of a policy that allows an inline element with this text (CSP Level 3, `hash-source`). */
function hashOf(text: string): string {
  return `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
}
