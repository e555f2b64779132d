// A draft that cannot be saved as it is: field path → msgid of one Portuguese sentence.
export type FieldProblems = Record<string, string>

export class DraftRefused extends Error {
  constructor(readonly fields: FieldProblems) {
    super(`draft refused: ${Object.keys(fields).join(', ')}`)
    this.name = 'DraftRefused'
  }
}
