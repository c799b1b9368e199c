/** How much one side may say: `burst` at once and `perSecond` from then on. What is beyond it goes unheard, and is not queued. */
export interface Allowance {
  /** Whether one more may be heard at this time, which it then was. `now` in ms, from any beginning, never going back. */
  take(now: number): boolean;
}

export function createAllowance(burst: number, perSecond: number): Allowance {
  let left = burst;
  let last: number | null = null;
  return {
    take(now) {
      left = Math.min(burst, left + ((now - (last ?? now)) * perSecond) / 1000);
      last = now;
      if (left < 1) return false;
      left -= 1;
      return true;
    },
  };
}
