import type { Catalogue, FormDefinition, Service } from '../domain/service.js';

/**
 * The XSD (relative to the home) that the catalogue names for a form of a message, null when it names none: the
 * message's own service first, then any other, since the forms attached to messages are those of other services too.
 */
export function findFormSchema(
  catalogue: Catalogue | null,
  service: Service | null,
  dataFormatId: string,
  dataFormatVersion: string,
): string | null {
  const key = keyOf({ dataFormatId, dataFormatVersion });
  const own = service?.forms.find((form) => form.schema !== null && keyOf(form) === key);
  if (own !== undefined) return own.schema;
  return catalogue === null ? null : (schemasOf(catalogue).get(key) ?? null);
}

/** What a service says of a form of a form set: other services' definitions have no say in it. */
export function formDefinitionOf(form: Omit<FormDefinition, 'schema'>, service: Service): FormDefinition | undefined {
  for (const definition of service.forms) {
    if (definition.dataFormatId === form.dataFormatId && definition.dataFormatVersion === form.dataFormatVersion) {
      return definition;
    }
  }
  return undefined;
}

const schemas = new WeakMap<Catalogue, ReadonlyMap<string, string>>();

function schemasOf(catalogue: Catalogue): ReadonlyMap<string, string> {
  const known = schemas.get(catalogue);
  if (known !== undefined) return known;
  const made = new Map<string, string>();
  for (const { forms } of catalogue.services) {
    for (const form of forms) {
      if (form.schema !== null && !made.has(keyOf(form))) made.set(keyOf(form), form.schema);
    }
  }
  schemas.set(catalogue, made);
  return made;
}

/** Versions are compared as numbers where they are numbers: an xs:int may be written `010451`. */
function keyOf({ dataFormatId, dataFormatVersion }: Omit<FormDefinition, 'schema'>): string {
  const version = Number(dataFormatVersion);
  return `${dataFormatId.trim()}/${Number.isInteger(version) ? version : dataFormatVersion}`;
}
