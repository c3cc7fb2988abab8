import type { Logger } from 'pino';
import type { Progress, ShipmentResult } from '../intake/results.js';
import type { Output } from './output.js';
import { shipmentPrinter } from './shipment-printer.js';
import { stopSignal } from './stop-signal.js';

interface IntakeCallbacks {
  onShipment(result: ShipmentResult): void;
  onNotice(text: string): void;
  onProgress(progress: Progress | null): void;
  readonly signal: AbortSignal;
  readonly log: Logger;
}

/** What `run` and `watch` have in common: how the intake's news is printed, and how it is stopped. */
export function intakeOptions(output: Output): IntakeCallbacks {
  output.keepLogFile();
  return {
    onShipment: shipmentPrinter(output),
    onNotice: (text) => output.notice(text),
    onProgress: (progress) => output.progress.update(progress),
    signal: stopSignal(),
    log: output.log,
  };
}
