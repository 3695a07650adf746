/**
 * Returns a function whose promises fulfil one at a time, each in its own turn of the event loop. Sockets and timers are
 * served between two turns, so many long calculations together block the event loop no longer than one step of one.
 */
export function createBreathing(): () => Promise<void> {
  const waiting: (() => void)[] = [];

  function serveNext(): void {
    waiting.shift()?.();
    if (waiting.length > 0) setImmediate(serveNext);
  }

  return () =>
    new Promise((resolve) => {
      waiting.push(resolve);
      if (waiting.length === 1) setImmediate(serveNext);
    });
}
