// A sentence that a person will read, kept in a table or a rule: marked here for the extractor of the catalogue,
// translated by t() when it is shown.
export const mark = (msgid: string): string => msgid
