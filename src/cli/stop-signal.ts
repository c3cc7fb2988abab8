/** How long a repeated signal counts as the same one: a terminal and npm both pass on one Ctrl-C. */
const SAME_SIGNAL_MS = 2000;

/**
 * A signal that is aborted by the first SIGINT or SIGTERM, so that the work under way ends at its next checkpoint.
 * Pressed again after two seconds, Ctrl-C ends the process at once: the next run goes on from the last checkpoint.
 */
export function stopSignal(): AbortSignal {
  const controller = new AbortController();
  const stop = () => {
    if (controller.signal.aborted) return;
    controller.abort();
    setTimeout(() => {
      process.off('SIGINT', stop);
      process.off('SIGTERM', stop);
    }, SAME_SIGNAL_MS).unref();
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
  return controller.signal;
}
