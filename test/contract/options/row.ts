/** How one public function is called with options. */
export interface OptionsRow {
  /** `countersign/server#strictPolicy`, or `countersign/keyring#createKeyring().issue` for a method of what it returns. */
  readonly name: string
  /** Calls the function with valid arguments, and these members added to its options. May return a promise. */
  readonly call: (extra: Readonly<Record<string, unknown>>) => unknown
  /** A probable misspelling of an option, and what the error must suggest. Several where one mistake is common. */
  readonly misspelt: ReadonlyArray<readonly [wrong: string, meant: string]>
}

/** The part of the table that one room keeps. */
export interface OptionsRoom {
  readonly rows: readonly OptionsRow[]
  /** Functions that take no options object, by the name of their export, with the reason where it is not plain. */
  readonly without: Readonly<Record<string, string>>
}
