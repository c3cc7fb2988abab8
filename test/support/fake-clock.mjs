/**
 * Preloaded (`node --import`), has a process live at another time: Date begins at FAKE_NOW (an instant, such as
 * 2024-02-01T05:00:00Z) and goes on from there as the clock does. Timers and performance.now stay as they are.
 */
const RealDate = Date;
const offset = RealDate.parse(process.env.FAKE_NOW ?? '') - RealDate.now();
if (Number.isNaN(offset)) throw new Error('FAKE_NOW must be an instant, such as 2024-02-01T05:00:00Z.');

class ShiftedDate extends RealDate {
  constructor(/** @type {any[]} */ ...given) {
    // @ts-expect-error: whatever Date itself takes
    super(...(given.length === 0 ? [ShiftedDate.now()] : given));
  }

  static now() {
    return RealDate.now() + offset;
  }
}

globalThis.Date = ShiftedDate;
