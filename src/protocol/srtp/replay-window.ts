const SIZE = 128;

/**
 * RFC 3711 §3.3.2: which of the last 128 packets have been seen. An index is a whole number up to 2^48.
 * `mayBeNew` is asked before the packet is authenticated, `seen` told after.
 */
export class ReplayWindow {
  private highest = -1;
  private readonly bits = new Uint32Array(SIZE / 32);

  get isEmpty(): boolean {
    return this.highest < 0;
  }

  mayBeNew(index: number): boolean {
    if (index > this.highest) return true;
    return index > this.highest - SIZE && !this.has(index);
  }

  seen(index: number): void {
    if (index > this.highest) {
      const from = Math.max(this.highest + 1, index - SIZE + 1);
      for (let passed = from; passed < index; passed += 1) this.clear(passed);
      this.highest = index;
    }
    const place = index % SIZE;
    this.bits[place >> 5] = (this.bits[place >> 5] as number) | (1 << (place & 31));
  }

  private has(index: number): boolean {
    const place = index % SIZE;
    return ((this.bits[place >> 5] as number) & (1 << (place & 31))) !== 0;
  }

  private clear(index: number): void {
    const place = index % SIZE;
    this.bits[place >> 5] = (this.bits[place >> 5] as number) & ~(1 << (place & 31));
  }
}
