import { realpathSync, statSync } from 'node:fs';
import { type FSWatcher, watch } from 'chokidar';
import type { Home } from '../config/home.js';

/** Watching that goes on until it is closed. */
export interface InboxWatch {
  close(): Promise<void>;
}

/** Events come in swarms; one look at the inbox is enough for those within this time. */
const SWARM_MS = 50;

/**
 * Says when to look at the inbox again: soon after the file system tells that something happened there, and every
 * `rescanSeconds` whether it does or not. Events are hints that may be missing or doubled; the rescan is the truth.
 * It goes on when the inbox is removed and made again.
 * @param onWake called with nothing: whoever is called looks for himself
 * @param onTrouble told what keeps events from coming; the rescans go on
 */
export async function watchInbox(
  home: Home,
  onWake: () => void,
  onTrouble: (error: unknown) => void = () => {},
): Promise<InboxWatch> {
  const { usePolling, pollingSeconds, rescanSeconds } = home.settings;
  let swarm: NodeJS.Timeout | null = null;
  let closed = false;
  const wakeSoon = () => {
    if (closed) return;
    swarm ??= setTimeout(() => {
      swarm = null;
      onWake();
    }, SWARM_MS);
  };

  const begin = () => {
    const watcher = watch(realFolder(home.inbox), {
      depth: 0,
      followSymlinks: false,
      ignoreInitial: true,
      usePolling,
      interval: pollingSeconds * 1000,
      binaryInterval: pollingSeconds * 1000,
    });
    watcher.on('all', wakeSoon);
    watcher.on('error', onTrouble);
    return watcher;
  };

  let identity = folderIdentity(home.inbox);
  let watcher = begin();
  await ready(watcher);
  const rescan = setInterval(() => {
    const now = folderIdentity(home.inbox);
    if (now !== identity) {
      // The watcher holds on to the folder that was; the new one needs its own.
      identity = now;
      watcher.close().catch(onTrouble);
      watcher = begin();
    }
    onWake();
  }, rescanSeconds * 1000);

  return {
    async close() {
      closed = true;
      clearInterval(rescan);
      if (swarm !== null) clearTimeout(swarm);
      await watcher.close();
    },
  };
}

/** The inbox itself may be a link, set up by the operator; what is in it may not. */
function realFolder(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}

function folderIdentity(path: string): string | null {
  const stats = statSync(path, { throwIfNoEntry: false });
  // A new folder may get the inode of the old one.
  return stats === undefined ? null : `${stats.dev}:${stats.ino}:${stats.birthtimeMs}`;
}

/** Without this a file that comes while the watcher starts would wait for the rescan. */
function ready(watcher: FSWatcher): Promise<void> {
  return new Promise((resolve) => {
    watcher.once('ready', () => resolve());
    watcher.once('error', () => resolve());
  });
}
