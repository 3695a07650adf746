import { createSocket } from 'node:dgram';
import { once } from 'node:events';

/** The records of one name. For every other name, the name server responds NXDOMAIN. */
export interface NameRecord {
  readonly A?: string;
  /** `silent`: no response to a query for IPv6 addresses. */
  readonly AAAA?: 'silent';
  /** Response code (RFC 1035, section 4.1.1). */
  readonly code?: number;
  /** No response to any query. */
  readonly silent?: boolean;
}

/** The response code SERVFAIL. */
export const serverFailure = 2;
const nameError = 3;
const typeA = 1;

/** A name server on loopback, over UDP. */
export interface NameServer extends AsyncDisposable {
  /** `ADDRESS:PORT`, in the form that node:dns expects. */
  readonly address: string;
}

/** Starts a name server on a free loopback port. */
export async function startNameServer(names: Readonly<Record<string, NameRecord>>): Promise<NameServer> {
  const socket = createSocket('udp4');
  socket.on('message', (query, from) => {
    const answer = answerTo(query, names);
    if (answer !== undefined) socket.send(answer, from.port, from.address);
  });
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  const { port } = socket.address();
  return {
    address: `127.0.0.1:${port}`,
    async [Symbol.asyncDispose]() {
      const closed = once(socket, 'close');
      socket.close();
      await closed;
    },
  };
}

/** The response (RFC 1035) to a query with one question. Undefined for no response. */
function answerTo(query: Buffer, names: Readonly<Record<string, NameRecord>>): Buffer | undefined {
  const labels: string[] = [];
  let at = 12;
  for (let size = query[at] ?? 0; size > 0; size = query[at] ?? 0) {
    labels.push(query.toString('latin1', at + 1, at + 1 + size));
    at += 1 + size;
  }
  const question = query.subarray(12, at + 5);
  const type = query.readUInt16BE(at + 1);
  const record = names[labels.join('.').toLowerCase()];
  if (record?.silent === true || (type !== typeA && record?.AAAA === 'silent')) return undefined;
  const address = type === typeA ? record?.A : undefined;
  const code = record === undefined ? nameError : (record.code ?? 0);
  const header = Buffer.from(query.subarray(0, 12));
  header.writeUInt16BE(0x8180 | code, 2);
  header.writeUInt16BE(address === undefined ? 0 : 1, 6);
  header.writeUInt32BE(0, 8);
  const resource =
    address === undefined ? [] : [0xc0, 12, 0, typeA, 0, 1, 0, 0, 0, 60, 0, 4, ...address.split('.').map(Number)];
  return Buffer.concat([header, question, Buffer.from(resource)]);
}
