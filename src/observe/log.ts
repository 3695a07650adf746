/**
 * The room of what is seen from outside: the log, one JSON line for each event, and the metrics. It knows nothing of
 * the rooms that it watches; the composition root carries their news here.
 */
import { pino, type DestinationStream, type Logger } from 'pino';

export type Log = Logger;

export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

/** Fields that would hold a secret, at the top and one level down: a second fence behind `Redacted`. */
const secretFields = ['password', 'auth', 'authorization', 'token', 'identitytoken', 'registrytoken', 'key', 'data'];

/**
 * Standard output, written 4 KiB at a time or every 200 ms, and at exit: a slow reader of the log must not hold up
 * reviews, nor each line cost a system call.
 */
function bufferedOutput(): DestinationStream {
  return pino.destination({ sync: false, minLength: 4096, periodicFlush: 200 });
}

/** A log to standard output, or to `destination`. */
export function createLog(level: LogLevel, destination: DestinationStream = bufferedOutput()): Log {
  const options = {
    level,
    base: null,
    timestamp: () => `,"time":"${new Date().toISOString()}"`,
    formatters: { level: (label: string) => ({ level: label }) },
    redact: { paths: secretFields.flatMap((field) => [field, `*.${field}`]), censor: '[redacted]' },
  };
  return pino(options, destination);
}
