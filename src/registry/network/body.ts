import type { FairGate } from '../../lib/fair-gate.ts';

/** A body, read to the end or to the limit. */
export interface Body {
  readonly body: Uint8Array;
  /** True if the body was longer than the limit. */
  readonly cut: boolean;
}

/** How to read a body. */
export interface Reading {
  /** The maximum number of bytes to read. */
  readonly limit: number;
  /** The length that the headers announce. Undefined if they announce none. */
  readonly announced: number | undefined;
  /** Waits for room for `bytes` bytes, and returns the function that frees it. Undefined if too many wait already. */
  readonly enter: (bytes: number) => ReturnType<FairGate['enter']>;
}

/** The memory for all large bodies that are being read, in bytes. */
export const bodyMemory = 32 * 2 ** 20;

/** A body up to this size needs no room, in bytes: tokens, errors, and nearly every manifest. */
const smallBytes = 64 * 1024;

/**
 * Reads a body. A large one first waits for room for all of it, because bodies that stop in the middle could take the
 * room that the others need for their second half. Undefined if there is no room. Throws what `stream` or `enter` throws.
 */
export async function readBody(
  stream: AsyncIterable<Uint8Array>,
  { limit, announced = limit, enter }: Reading,
): Promise<Body | undefined> {
  const most = Math.min(announced, limit);
  const small: Uint8Array[] = [];
  let whole: Buffer | undefined;
  let size = 0;
  let leave: (() => void) | undefined;
  try {
    for await (const chunk of stream) {
      const part = chunk.subarray(0, most - size);
      if (whole === undefined && size + part.byteLength > smallBytes) {
        leave = await enter(most);
        if (leave === undefined) return undefined;
        whole = Buffer.allocUnsafeSlow(most);
        whole.set(Buffer.concat(small));
      }
      if (whole === undefined) small.push(part);
      else whole.set(part, size);
      size += part.byteLength;
      // Leaving the loop destroys the stream and its connection, so that the rest is not downloaded.
      if (part.byteLength < chunk.byteLength) return { body: bodyOf(), cut: true };
    }
    return { body: bodyOf(), cut: false };
  } finally {
    leave?.();
  }

  function bodyOf(): Uint8Array {
    return whole?.subarray(0, size) ?? Buffer.concat(small);
  }
}
