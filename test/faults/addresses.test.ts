import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { test } from 'node:test';
import { startPullgate, type RunningPullgate } from '../support/pullgate.ts';
import { publicRegistry, smallImage } from '../support/registries.ts';
import { startScript } from '../support/scripted-registry/start.ts';
import { reviewImage } from './support/image-case.ts';
import { fakeDns, type Zone } from './support/fake-dns.ts';
import { kindsIn } from './support/kinds-in.ts';

/** Listens on an address of this machine, and records each connection. */
async function listenAt(address: string, port = 0) {
  const connections: string[] = [];
  const server = createServer((socket) => {
    connections.push(address);
    socket.on('error', () => undefined).destroy();
  });
  server.listen(port, address);
  await once(server, 'listening');
  return {
    connections,
    port: (server.address() as AddressInfo).port,
    async [Symbol.asyncDispose]() {
      server.close();
      await once(server, 'close');
    },
  };
}

/**
 * Starts the webhook as in a cluster, without loopback addresses. A good registry has a name that resolves to
 * 127.0.0.1.
 */
async function startInCluster(zone: Zone, port: string | undefined): Promise<RunningPullgate> {
  const insecure = ['good.test', 'moving.test'].map((host) => ({ host: `${host}:${port}`, insecure: true }));
  const settings = {
    network: { allowLoopback: false, allowAddresses: ['127.0.0.1'], denyRanges: ['10.9.0.0/16'] },
    registries: insecure,
  };
  return startPullgate(settings, { resolveHost: fakeDns({ 'good.test': ['127.0.0.1'], ...zone }) });
}

const loopback = [
  ['127.0.0.2', 'not-checked: loopback'],
  ['127.0.0.1', 'not-checked: loopback'],
  ['localhost', 'not-checked: loopback'],
  ['LOCALHOST', 'not-checked: loopback'],
  ['[::1]', 'not-checked: loopback'],
  ['[0:0:0:0:0:0:0:1]', 'not-checked: loopback'],
  ['127.2', 'not-checked: address'],
  ['127.0.2', 'not-checked: address'],
  ['2130706434', 'not-checked: address'],
  ['0x7f000002', 'not-checked: address'],
  ['0X7F.0.0.2', 'not-checked: address'],
  ['0177.0.0.2', 'not-checked: address'],
  ['017700000002', 'not-checked: address'],
  ['a.localhost', 'not-checked: address'],
  ['[::ffff:7f00:2]', 'not-checked: address'],
  ['[0:0:0:0:0:ffff:7f00:2]', 'not-checked: address'],
  ['[::7f00:2]', 'not-checked: address'],
  ['[64:ff9b::7f00:2]', 'not-checked: address'],
  ['[2002:7f00:2::]', 'not-checked: address'],
  ['0', 'not-checked: address'],
  ['0.0.0.0', 'not-checked: address'],
  ['[::]', 'not-checked: address'],
  // A reference must not have a dot at the end of the host, or a dotted IPv4 part in brackets.
  ['127.0.0.2.', 'invalid-image-name'],
  ['[::ffff:127.0.0.2]', 'invalid-image-name'],
  ['by-name.test', 'not-checked: address'],
  ['by-mapped.test', 'not-checked: address'],
  ['by-six.test', 'not-checked: address'],
  ['by-any.test', 'not-checked: address'],
] as const;

const zone: Zone = {
  'a.localhost': ['127.0.0.2'],
  'by-name.test': ['127.0.0.2'],
  'by-mapped.test': ['::ffff:127.0.0.2'],
  'by-six.test': ['::1'],
  'by-any.test': ['0.0.0.0', '::'],
  'metadata.test': ['169.254.169.254', 'fd00:ec2::254'],
};

/**
 * No test can listen on these addresses. The reason shows that there was no connection: it would fail in another way.
 */
const unreachable = [
  '169.254.169.254',
  '2852039166',
  '0xA9FEA9FE',
  '0251.0376.0251.0376',
  '[::ffff:a9fe:a9fe]',
  '[64:ff9b::a9fe:a9fe]',
  '[2002:a9fe:a9fe::1]',
  '[fd00:ec2::254]',
  '[fe80::1]',
  '100.100.100.200',
  '224.0.0.1',
  '255.255.255.255',
  '10.9.8.7',
  '168364039',
  'metadata.test',
  'metadata.google.internal',
] as const;

test('F65 no notation of an address gets a connection to a forbidden address', async (t) => {
  await using script = await startScript(publicRegistry());
  await using listeners = new AsyncDisposableStack();
  const second = listeners.use(await listenAt('127.0.0.2'));
  const { port } = second;
  const others = await Promise.all(['127.0.0.1', '::1'].map((address) => listenAt(address, port)));
  for (const other of others) listeners.use(other);
  await using pullgate = await startInCluster(zone, script.symbols['registry.port']);

  async function reviewed(host: string): Promise<readonly string[]> {
    const answer = await reviewImage(pullgate, `${host}:${port}/team/app:v1`);
    assert.equal(answer.allowed, kindsIn(answer)[0] !== 'invalid-image-name', answer.text);
    return kindsIn(answer);
  }

  for (const [host, words] of loopback) {
    await t.test(`F65 ${host} is ${words}`, async () => assert.deepEqual(await reviewed(host), [words]));
  }
  for (const host of unreachable) {
    await t.test(`F65 ${host} gets no connection`, async () =>
      assert.deepEqual(await reviewed(host), ['not-checked: address']),
    );
  }
  assert.deepEqual(
    [second, ...others].flatMap(({ connections }) => connections),
    [],
  );
  const good = await reviewImage(pullgate, script.substitute('good.test:{{registry.port}}/team/app:v1'));
  assert.deepEqual([good.allowed, kindsIn(good)], [true, []], good.text);
});

const image = smallImage();
const twoTags = { ...image, repository: { ...image.repository, tags: { v1: 'manifest', v2: 'manifest' } } };
/** A TLS registry that closes the connection after each answer, so that each image needs a lookup and a connection. */
const closing = publicRegistry(
  { listen: 'https', rules: [{ do: { serve: true, setHeaders: { Connection: 'close' } } }] },
  twoTags,
);

const moves: readonly {
  readonly it: string;
  readonly addresses: Zone[string];
  readonly afterwards: readonly string[];
}[] = [
  {
    it: 'F65 a name that changes to a forbidden address between two lookups is not connected to there',
    addresses: [['127.0.0.1'], ['127.0.0.2']],
    afterwards: ['not-checked: address'],
  },
  {
    it: 'F65 of the addresses of a name, the forbidden one is never connected to',
    addresses: ['127.0.0.2', '127.0.0.1'],
    afterwards: [],
  },
];

for (const { it, addresses, afterwards } of moves) {
  test(it, async () => {
    await using script = await startScript(closing);
    const port = script.symbols['registry.port'];
    await using forbidden = await listenAt('127.0.0.2', Number(port));
    await using pullgate = await startInCluster({ 'moving.test': addresses }, port);
    const first = await reviewImage(pullgate, `moving.test:${port}/team/app:v1`);
    const second = await reviewImage(pullgate, `moving.test:${port}/team/app:v2`);
    assert.deepEqual([kindsIn(first), kindsIn(second)], [[], afterwards]);
    assert.deepEqual(forbidden.connections, []);
  });
}
