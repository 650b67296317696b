/** An id that sorts by the time it was made: 9 characters of time, 13 random ones (67 bits). */
export function createId(epoch: number): string {
  // Not `crypto.randomUUID`, which is missing on pages without https.
  const chance = crypto.getRandomValues(new Uint8Array(13));
  return epoch.toString(36).padStart(9, '0') + [...chance].map(byte => (byte % 36).toString(36)).join('');
}
