const namedStatuses: readonly number[] = [401, 403, 404, 429];

/** Returns `404` or `5xx`, for example. With a label per status, a registry could create any number of time series. */
export function statusLabel(status = 0): string {
  return namedStatuses.includes(status) ? String(status) : `${Math.floor(status / 100)}xx`;
}
