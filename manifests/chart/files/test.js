// The program of `helm test`. It asks a replica over the Service, and then connects as the API server does: it trusts only
// the CA bundle in the webhook configuration, which must also have rules. It repeats this for half a minute, until all
// succeeds.
import { readFileSync } from 'node:fs';
import { get as getHttp } from 'node:http';
import { get as getHttps } from 'node:https';
import { setTimeout as sleep } from 'node:timers/promises';

const { HOST, WEBHOOK, KUBERNETES_SERVICE_HOST, KUBERNETES_SERVICE_PORT } = process.env;
const account = '/var/run/secrets/kubernetes.io/serviceaccount';

function get(url, options = {}) {
  const { promise, resolve, reject } = Promise.withResolvers();
  const send = url.startsWith('https:') ? getHttps : getHttp;
  const request = send(url, { ...options, signal: AbortSignal.timeout(5_000) }, (response) => {
    const parts = [];
    response.on('data', (part) => parts.push(part));
    response.on('error', reject);
    response.on('end', () => {
      const text = Buffer.concat(parts).toString('utf8');
      if (response.statusCode === 200) resolve(text);
      else reject(new Error(`status ${response.statusCode}: ${text.slice(0, 500)}`));
    });
  });
  request.on('error', reject);
  return promise.catch((error) => {
    throw new Error(`${url}: ${error.message}`);
  });
}

async function webhooks() {
  const server = KUBERNETES_SERVICE_HOST.includes(':') ? `[${KUBERNETES_SERVICE_HOST}]` : KUBERNETES_SERVICE_HOST;
  const path = `apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations/${WEBHOOK}`;
  const text = await get(`https://${server}:${KUBERNETES_SERVICE_PORT}/${path}`, {
    ca: readFileSync(`${account}/ca.crt`),
    headers: { authorization: `Bearer ${readFileSync(`${account}/token`, 'utf8')}` },
  });
  return JSON.parse(text).webhooks;
}

async function check() {
  await get(`http://${HOST}:8080/readyz`);
  for (const { name, clientConfig, rules = [] } of await webhooks()) {
    if (!clientConfig.caBundle) throw new Error(`the webhook ${name} has no CA bundle`);
    await get(`https://${HOST}/readyz`, { ca: Buffer.from(clientConfig.caBundle, 'base64') });
    if (rules.length === 0) throw new Error(`the webhook ${name} has no rules yet, so the API server does not call it`);
  }
}

const end = performance.now() + 30_000;
for (;;) {
  try {
    await check();
    console.log('A replica is ready, and the CA bundle of the webhook matches its certificate.');
    break;
  } catch (error) {
    if (performance.now() > end) {
      console.error(error.message);
      process.exit(1);
    }
    await sleep(1_000);
  }
}
