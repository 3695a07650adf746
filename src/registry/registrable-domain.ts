/**
 * Domains below which each name belongs to somebody else, beside the top-level domains themselves: the part of the
 * public suffix list (publicsuffix.org) that matters to registries. What is missing here makes two strangers look like
 * one owner, so that the list holds the hosting domains on which anybody can put up a server.
 */
const sharedSuffixes: ReadonlySet<string> = new Set([
  'amazonaws.com',
  'amazonaws.com.cn',
  'appspot.com',
  'awsapprunner.com',
  'azure-api.net',
  'azurecontainerapps.io',
  'azurecr.cn',
  'azurecr.io',
  'azurecr.us',
  'azureedge.net',
  'azurefd.net',
  'azurewebsites.net',
  'cloudapp.azure.com',
  'cloudapp.net',
  'cloudfront.net',
  'codespaces.github.dev',
  'deno.dev',
  'duckdns.org',
  'dyndns.org',
  'elasticbeanstalk.com',
  'firebaseapp.com',
  'fly.dev',
  'github.dev',
  'github.io',
  'gitlab.io',
  'herokuapp.com',
  'jfrog.io',
  'kasserver.com',
  'loca.lt',
  'myshopify.com',
  'netlify.app',
  'ngrok-free.app',
  'ngrok.app',
  'ngrok.dev',
  'ngrok.io',
  'nip.io',
  'no-ip.org',
  'ondigitalocean.app',
  'onrender.com',
  'ovh.net',
  'pages.dev',
  'r2.dev',
  'railway.app',
  'repl.co',
  'run.app',
  'scw.cloud',
  'sslip.io',
  'supabase.co',
  'traefik.me',
  'trafficmanager.net',
  'trycloudflare.com',
  'ts.net',
  'up.railway.app',
  'vercel.app',
  'web.app',
  'windows.net',
  'workers.dev',
  'xip.io',
]);

/** Second levels that registries of country domains sell below: `co.uk`, `com.au`, `ne.jp`. */
const countrySecondLevel =
  /^(?:ac|asn|co|com|ed|edu|firm|gen|go|gob|gouv|gov|gr|id|in|ind|info|ltd|me|mil|ne|net|nom|or|org|plc|sch|web)$/;

/** The labels of a host name, lower case, without the root's dot; undefined where one is no label. */
export function labelsOf(host: string): readonly string[] | undefined {
  const labels = host.toLowerCase().replace(/\.$/, '').split('.');
  return labels.every((label) => /^[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?$/.test(label)) ? labels : undefined;
}

/**
 * The name that one owner has below a public suffix: `example.co.uk` of `registry.example.co.uk`. Undefined for an
 * address, a single label, a public suffix itself, and what is no host name.
 */
export function registrableDomain(host: string): string | undefined {
  const labels = labelsOf(host);
  if (labels === undefined || /^\d+$/.test(labels.at(-1) ?? '')) return undefined;
  const size = suffixSize(labels) + 1;
  return labels.length < size ? undefined : labels.slice(-size).join('.');
}

function suffixSize(labels: readonly string[]): number {
  for (const size of [3, 2]) {
    if (sharedSuffixes.has(labels.slice(-size).join('.'))) return size;
  }
  const [second = '', top = ''] = labels.slice(-2);
  return top.length === 2 && countrySecondLevel.test(second) ? 2 : 1;
}
