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
 * Says when to look at the inboxes again: soon after the file system tells that something happened in one, and every
 * `rescanSeconds` whether it does or not. Events are hints that may be missing or doubled; the rescan is the truth.
 * It goes on when an inbox is removed and made again.
 * @param onWake called with nothing: whoever is called looks for himself
 * @param onTrouble told what keeps events from coming; the rescans go on
 */
export async function watchInboxes(
  home: Home,
  onWake: () => void,
  onTrouble: (error: unknown) => void = () => {},
): Promise<InboxWatch> {
  let swarm: NodeJS.Timeout | null = null;
  let closed = false;
  const wakeSoon = () => {
    if (closed) return;
    swarm ??= setTimeout(() => {
      swarm = null;
      onWake();
    }, SWARM_MS);
  };

  const folders = home.mailboxes.map(({ inbox }) => new WatchedFolder(home, inbox, wakeSoon, onTrouble));
  await Promise.all(folders.map((folder) => folder.ready()));
  const rescan = setInterval(() => {
    for (const folder of folders) folder.renewIfOther();
    onWake();
  }, home.settings.rescanSeconds * 1000);

  return {
    async close() {
      closed = true;
      clearInterval(rescan);
      if (swarm !== null) clearTimeout(swarm);
      await Promise.all(folders.map((folder) => folder.close()));
    },
  };
}

class WatchedFolder {
  readonly #settings: Home['settings'];
  readonly #path: string;
  readonly #onEvent: () => void;
  readonly #onTrouble: (error: unknown) => void;
  #identity: string | null;
  #watcher: FSWatcher;

  constructor(home: Home, path: string, onEvent: () => void, onTrouble: (error: unknown) => void) {
    this.#settings = home.settings;
    this.#path = path;
    this.#onEvent = onEvent;
    this.#onTrouble = onTrouble;
    this.#identity = folderIdentity(path);
    this.#watcher = this.#begin();
  }

  /** Without this a file that comes while the watcher starts would wait for the rescan. */
  ready(): Promise<void> {
    return new Promise((resolve) => {
      this.#watcher.once('ready', () => resolve());
      this.#watcher.once('error', () => resolve());
    });
  }

  /** The watcher holds on to the folder that was; a new one needs its own. */
  renewIfOther(): void {
    const now = folderIdentity(this.#path);
    if (now === this.#identity) return;
    this.#identity = now;
    this.#watcher.close().catch(this.#onTrouble);
    this.#watcher = this.#begin();
  }

  close(): Promise<void> {
    return this.#watcher.close();
  }

  #begin(): FSWatcher {
    const { usePolling, pollingSeconds } = this.#settings;
    const watcher = watch(realFolder(this.#path), {
      depth: 0,
      followSymlinks: false,
      ignoreInitial: true,
      usePolling,
      interval: pollingSeconds * 1000,
      binaryInterval: pollingSeconds * 1000,
    });
    watcher.on('all', this.#onEvent);
    watcher.on('error', this.#onTrouble);
    return watcher;
  }
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
