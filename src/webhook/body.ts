import type { IncomingMessage } from 'node:http';
import { createRoom, type Room } from '../lib/room.ts';
import { undefinedIfAborted } from '../lib/wait.ts';
import { endOf, leftMs, type Call } from './call.ts';
import { fill } from './fill.ts';
import { bodyLimit, bodyRooms, maxWaitingBodies, smallBody } from './memory.ts';

/** The bytes of a body. They take up room until `drop`. */
export interface Body {
  /** Empty after `drop`. */
  readonly bytes: Buffer;
  /** Frees the bytes and their room. A second call does nothing. */
  drop(): void;
}

/**
 * Why there is no body. `incomplete`: the client closed the connection, or the request failed, before the end. `slow`:
 * the body did not arrive before the deadline. `no-room`: other bodies take all memory, until the deadline or while too
 * many wait for it.
 */
export type NoBody = 'too-large' | 'incomplete' | 'slow' | 'no-room';

/** Reads the body of a request. Never rejects. */
export type ReadBody = (request: IncomingMessage, call: Call) => Promise<Body | NoBody>;

/** Memory that is reserved for a body, and that its first `used` bytes fill. */
interface Target {
  readonly room: Room;
  readonly bytes: Buffer;
  readonly used: number;
}

/**
 * Returns a reader that takes the room for a body before it reads the body: for its Content-Length, or for `smallBody`
 * if it has none, and for the largest body after that. What waits for room stays in the buffers of the kernel.
 */
export function createBodyReader(rooms: { readonly small: number; readonly large: number } = bodyRooms): ReadBody {
  const small = createRoom(rooms.small, maxWaitingBodies);
  const large = createRoom(rooms.large, maxWaitingBodies);

  async function read(request: IncomingMessage, call: Call, target: Target): Promise<Body | NoBody> {
    const { room, bytes, used } = target;
    const filled = await fill(request, bytes, used, leftMs(call));
    if (filled.kind === 'end') return heldBody(room, bytes, filled.used);
    if (filled.kind === 'full' && bytes.length < bodyLimit) {
      return grow(request, call, { ...target, used: filled.used }, filled.rest);
    }
    free(room, bytes);
    return filled.kind === 'full' ? 'too-large' : filled.kind;
  }

  async function grow(request: IncomingMessage, call: Call, from: Target, rest: Buffer): Promise<Body | NoBody> {
    const bytes = (await wait(large, bodyLimit, endOf(call))) ? memory(bodyLimit) : undefined;
    if (bytes !== undefined) from.bytes.copy(bytes, 0, 0, from.used);
    free(from.room, from.bytes);
    if (bytes === undefined) return 'no-room';
    rest.copy(bytes, from.used);
    return read(request, call, { room: large, bytes, used: from.used + rest.length });
  }

  return async (request, call) => {
    const size = Number(request.headers['content-length'] ?? smallBody);
    if (size > bodyLimit) return 'too-large';
    const room = size > smallBody ? large : small;
    // Without a pause, the body goes from the parser to its listener, not through the buffer of the stream.
    if (!room.tryTake(size) && !(await wait(room, size, endOf(call)))) return 'no-room';
    return read(request, call, { room, bytes: memory(size), used: 0 });
  };
}

/** The system hands out the memory itself only when it is written to. */
function memory(size: number): Buffer {
  return size > smallBody ? Buffer.allocUnsafeSlow(size) : Buffer.allocUnsafe(size);
}

/** Waits for room. Returns whether there was some before `end` aborted. */
async function wait(room: Room, size: number, end: AbortSignal): Promise<boolean> {
  return (await undefinedIfAborted(room.take(size, end), end)) ?? false;
}

function free(room: Room, reserved: Buffer): void {
  room.give(reserved.length);
  // Garbage collection would free a large one too late: the next body is in memory before that.
  if (reserved.length > smallBody) (reserved.buffer as ArrayBuffer).transfer(0);
}

function heldBody(room: Room, reserved: Buffer, used: number): Body {
  let bytes: Buffer | undefined = reserved.subarray(0, used);
  return {
    get bytes() {
      return bytes ?? nothing;
    },
    drop() {
      if (bytes === undefined) return;
      free(room, reserved);
      bytes = undefined;
    },
  };
}

const nothing = Buffer.alloc(0);
