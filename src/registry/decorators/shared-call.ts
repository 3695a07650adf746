import { isFailure, isInconclusive } from '../../engine/answer.ts';
import type { Arrival, SingleFlight } from '../../lib/single-flight.ts';

/**
 * Makes a call, or joins the one that is running for `key`. A caller that joined a call which then fails calls once
 * more, together with all others that joined: the image may have been pushed in the meantime. Throws if `signal`
 * aborts.
 */
export async function callTogether<A extends { readonly kind: string }>(
  flights: SingleFlight<A>,
  key: string,
  work: (signal: AbortSignal) => Promise<A>,
  signal: AbortSignal,
): Promise<Arrival<A>> {
  const arrival = await flights.fly(key, work, signal);
  const { value, joined } = arrival;
  if (!joined || !isFailure(value) || isInconclusive(value)) return arrival;
  return { value: (await flights.fly(key, work, signal)).value, joined };
}
