/** Who has asked too often: a bucket for each address, that fills with `perSecond` and holds twice as much. */
export function createRate(perSecond: number, now: () => number) {
  const buckets = new Map<string, { full: number; at: number }>();
  const roomy = perSecond * 2;

  return (address: string): boolean => {
    const at = now();
    const bucket = buckets.get(address) ?? { full: roomy, at };
    bucket.full = Math.min(roomy, bucket.full + ((at - bucket.at) / 1_000) * perSecond);
    bucket.at = at;
    // Newest last, so that what is forgotten is the address that was quiet the longest.
    buckets.delete(address);
    buckets.set(address, bucket);
    if (buckets.size > addressesAtMost) forgetOldest(buckets);
    if (bucket.full < 1) return false;
    bucket.full -= 1;
    return true;
  };
}

const addressesAtMost = 10_000;

function forgetOldest(buckets: Map<string, unknown>): void {
  const [oldest] = buckets.keys();
  if (oldest !== undefined) buckets.delete(oldest);
}
