// The tests open stores with better-sqlite3 itself, too: what src/store/sqlite.ts keeps alive has to be kept here as well.
import '../../src/store/sqlite.js';
