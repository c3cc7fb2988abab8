import type { Home } from '../config/home.js';
import type { Catalogue } from '../domain/service.js';
import type { Validator } from '../xml/validator.js';

/** The validating child for forms alone, started when there is one to look at; to be closed. */
export class FormChecker {
  readonly #start: () => Promise<Validator>;
  #validator: Promise<Validator> | null = null;

  constructor(home: Home, catalogue: Catalogue) {
    this.#start = async () => {
      const { formSchemasOf, startValidator } = await import('../intake/open-engine.js');
      return startValidator(home, formSchemasOf(catalogue));
    };
  }

  readonly checkForms = async (documents: readonly string[], schema: string) => {
    this.#validator ??= this.#start();
    return (await this.#validator).checkForms(documents, schema);
  };

  async close(): Promise<void> {
    await (await this.#validator?.catch(() => null))?.close();
  }
}
