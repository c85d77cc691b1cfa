import { faultIn } from './fault.ts'

const MEBIBYTE = 1024 * 1024
/** Each token of a stream is an event of some 300 bytes, and no model writes a million of them. */
const MOST_STREAMED = 256 * MEBIBYTE
/** Of anything else. The longest lists of models have a few MiB. */
const MOST = 32 * MEBIBYTE
/** Nobody reads a line before it has ended, and SDKs copy it again with every piece. */
const LONGEST_LINE = 16 * MEBIBYTE

/** A function that throws a PlatformFault once the body whose pieces it gets is longer than anything that a vendor sends. */
export function sizeGuard(platform: string, { ok, headers }: Response): (piece: Uint8Array) => void {
  const isStream = ok && /^text\/event-stream\b/i.test(headers.get('content-type') ?? '')
  const most = isStream ? MOST_STREAMED : MOST
  let bytes = 0
  let lineBytes = 0
  return piece => {
    bytes += piece.length
    const newline = piece.lastIndexOf(0x0a)
    lineBytes = newline < 0 ? lineBytes + piece.length : piece.length - newline - 1
    if (bytes > most) throw tooLong(platform, 'the response', most)
    if (isStream && lineBytes > LONGEST_LINE) throw tooLong(platform, 'a line of the response', LONGEST_LINE)
  }
}

function tooLong(platform: string, what: string, limit: number) {
  return faultIn(platform, 'server', `${what} is longer than ${limit / MEBIBYTE} MiB`)
}
