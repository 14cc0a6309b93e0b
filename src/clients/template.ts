import type { KeyAlgorithm } from '../crypto/algorithm.js'

/** The schemes that there are clients for: the preset of RFC 9421, and one of `defineHeaderScheme`. */
export type ClientScheme = 'rfc9421' | 'header-scheme'

/** A file to be pasted. */
export interface ClientFile {
  /** Name of the file. */
  readonly name: string
  /** Its text. */
  readonly text: string
}

/** The client of one language: files that work as they are, for the defaults. */
export interface ClientTemplate {
  /** The folder in `clients/`. */
  readonly id: string
  readonly name: string
  /** The word after the fence of a Markdown block. */
  readonly syntax: string
  /** What it runs on. */
  readonly needs: string
  readonly algorithms: readonly KeyAlgorithm[]
  /** How the file of a scheme is started, with `FILE` for its name and `SCHEME` for the scheme. */
  readonly run: string
  /** The file of the scheme, and then those that it needs beside it. */
  readonly files: Readonly<Partial<Record<ClientScheme, readonly ClientFile[]>>>
}
