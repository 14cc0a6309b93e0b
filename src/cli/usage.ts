/** A mistake on the command line: printed as its text, never with a stack. */
export class UsageError extends Error {}

/** @throws {UsageError} always. */
export function usage(text: string): never {
  throw new UsageError(text)
}

/** What could not be reached: the text is for the user, exit code 3. */
export class UnreachableError extends Error {}

/** @throws {UnreachableError} always. */
export function unreachable(text: string): never {
  throw new UnreachableError(text)
}
