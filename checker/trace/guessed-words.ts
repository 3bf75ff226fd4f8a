/**
 * Names that people write for a field, as other tools and the kernel call it so. The parser refuses
 * such a name and says what the field is called here.
 */
const FIELDS: Readonly<Record<string, string>> = {
  semantics: 'granularity',
  atomicity: 'granularity',
  interleaving: 'granularity',
  vcpus: 'devices',
  folios: 'pages',
  looks: 'observers',
};

/** The field for which this name may stand. Undefined if nobody calls a field so. */
export const fieldMeant = (name: string): string | undefined =>
  Object.hasOwn(FIELDS, name) ? FIELDS[name] : undefined;

/** What to write for a field of another name. */
export function guessedField(name: string, value: string): string | undefined {
  const meant = fieldMeant(name);
  return meant === undefined ? undefined : `write ${meant}=${value || 'VALUE'}`;
}
