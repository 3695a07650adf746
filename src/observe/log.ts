import { pino, type DestinationStream, type Logger } from 'pino';

export type Log = Logger;

export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

/**
 * Names of fields that may contain a secret, at the top level and one level below. They are hidden in addition to
 * `Redacted`.
 */
const secretFields = ['password', 'auth', 'authorization', 'token', 'identitytoken', 'registrytoken', 'key', 'data'];

/**
 * Returns standard output with a buffer, which is written at 4 KiB, every 200 ms and at exit. A slow reader of the log
 * must not delay reviews, and a system call per line would be expensive.
 */
function bufferedOutput(): DestinationStream {
  return pino.destination({ sync: false, minLength: 4096, periodicFlush: 200 });
}

/** Returns a log that writes JSON lines to standard output, or to `destination`. */
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
