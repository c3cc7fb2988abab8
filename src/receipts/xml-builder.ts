import { createRequire } from 'node:module';
import type * as Builder from 'xmlbuilder2';
import type { XMLBuilder } from 'xmlbuilder2/lib/interfaces.js';

const require = createRequire(import.meta.url);

/**
 * An empty document of xmlbuilder2's. The library is loaded with the first one, or by `loadXmlBuilder` beforehand: it
 * takes as long as all else that a run needs which finds no file.
 */
export function newXmlDocument(): XMLBuilder {
  return loadXmlBuilder().create({ version: '1.0', encoding: 'UTF-8' });
}

export function loadXmlBuilder(): typeof Builder {
  return require('xmlbuilder2');
}
