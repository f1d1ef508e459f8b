/** So many at once, and so many more each second. */
export class RateLimit {
  private readonly burst: number;
  private readonly perSecond: number;
  private left: number;
  private refilledAt = performance.now();

  constructor(burst: number, perSecond: number) {
    this.burst = burst;
    this.perSecond = perSecond;
    this.left = burst;
  }

  /** Takes one, where there is one. */
  take(): boolean {
    const now = performance.now();
    const refill = Math.floor(((now - this.refilledAt) / 1000) * this.perSecond);
    if (refill > 0) {
      this.left = Math.min(this.burst, this.left + refill);
      this.refilledAt = now;
    }
    if (this.left === 0) return false;
    this.left--;
    return true;
  }
}
