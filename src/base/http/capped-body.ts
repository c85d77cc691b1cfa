/** The whole body of a response; undefined if it has more than `most` bytes, of which the rest is not read. */
export async function cappedBody(response: Response, most: number): Promise<Buffer<ArrayBuffer> | undefined> {
  const parts: Uint8Array[] = []
  let size = 0
  for await (const part of response.body ?? []) {
    size += part.byteLength
    if (size > most) return undefined
    parts.push(part)
  }
  return Buffer.concat(parts)
}
