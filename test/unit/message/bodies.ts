export const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)

export const text = (data: Uint8Array | null): string | null => (data === null ? null : new TextDecoder().decode(data))

/** A source of chunks that counts how far it was read and whether it was told to stop. */
export function source(
  ...chunks: readonly unknown[]
): AsyncIterable<Uint8Array> & { pulled: number; cancelled: boolean } {
  const state = {
    pulled: 0,
    cancelled: false,
    [Symbol.asyncIterator]: () => ({
      next: async () => {
        const value = chunks[state.pulled]
        state.pulled++
        if (value instanceof Error) throw value
        return state.pulled > chunks.length
          ? { done: true as const, value: undefined }
          : { done: false as const, value: value as Uint8Array }
      },
      return: async () => {
        state.cancelled = true
        return { done: true as const, value: undefined }
      },
    }),
  }
  return state
}

export async function drain(chunks: AsyncIterable<Uint8Array>, into: string[] = []): Promise<string[]> {
  for await (const chunk of chunks) into.push(text(chunk) as string)
  return into
}
