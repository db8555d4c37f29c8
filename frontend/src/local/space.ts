/** How much room the phone has, and whether the browser promises to keep what is stored. */
const LOW_BYTES = 50_000_000;

export interface Room {
  used: number;
  free: number;
  isLow: boolean;
  isPersistent: boolean;
}

/** What the browser says of its storage, or `undefined` when it says nothing. */
export async function room(): Promise<Room | undefined> {
  if (!navigator.storage?.estimate) return undefined;
  const [{ usage = 0, quota = 0 }, isPersistent] = await Promise.all([
    navigator.storage.estimate(),
    navigator.storage.persisted?.() ?? false,
  ]);
  const free = Math.max(0, quota - usage);
  return { used: usage, free, isLow: quota > 0 && free < LOW_BYTES, isPersistent };
}

/** Ask the browser not to throw anything away; asked when there is something worth keeping. */
export async function askToPersist(): Promise<boolean> {
  if (!navigator.storage?.persist) return false;
  return (await navigator.storage.persisted()) || navigator.storage.persist();
}
