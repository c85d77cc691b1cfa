import { isIP } from 'node:net'

const EMAIL = /(?<![\p{L}\p{N}._%+-])[\p{L}\p{N}._%+-]{1,64}@(?:[\p{L}\p{N}-]{1,63}\.)+[\p{L}\p{N}-]{2,63}/gu
const URL = /\b[a-z][a-z0-9+.-]{1,20}:\/\/[^\s)>\]"'`]*[\w/]/gi
/** Candidates for IPv4 and IPv6, each perhaps with a port. */
const MACHINE =
  /(?<![\w.:])(?:(?:\d{1,3}(?:\.\d{1,3}){3})(?::\d+)?|\[?[\da-f]{0,4}(?::[\da-f]{0,4}){2,7}(?:\d{1,3}(?:\.\d{1,3}){3})?(?:\]:\d+)?)(?![\w:]|\.\w)/gi
const MAC = /\b[\da-f]{2}(?:[:-][\da-f]{2}){5}\b/gi
const PHONE = /(?<![\w+])\+\d(?:[ ()./-]{0,2}\d){6,14}(?!\w)/g

/** Names of machines that only their own network knows. */
const HOST =
  /(?<![\w.@-])(?:[a-z0-9-]{1,63}\.){1,8}(?:internal|local|localdomain|lan|corp|intranet|intra|svc|home|private)(?![\w-]|\.\w)(?::\d{1,5})?|\blocalhost(?::\d{1,5})?\b/gi
/** `web-1:9090` is web-1, seen from inside. Not `status:500`, nor `p95:1200`. */
const PORT = new RegExp(
  [
    String.raw`(?<=\b(?!UTC|GMT)[a-z][\w-]{0,60}-\d{1,4}):\d{2,5}`,
    String.raw`(?<=\b[a-z][\w-]{0,60}(?:\.[a-z][\w-]{0,60}){1,6}):\d{2,5}`,
    String.raw`(?<=\b[a-z]{2}\w{0,60}\d):\d{4,5}`,
  ]
    .map(one => String.raw`${one}\b(?!:)`)
    .join('|'),
  'gi',
)

/** Without addresses of people and of machines: e-mail, telephone, URL, IP and MAC. */
export function withoutAddresses(text: string): string {
  return text
    .replace(URL, '[address]')
    .replace(EMAIL, '[e-mail address]')
    .replace(MAC, '[address]')
    .replace(MACHINE, one =>
      isIP(one.replace(/^\[|\](?::\d+)?$|(?<=\.\d+):\d+$/g, '')) === 0 ? one : '[address]',
    )
    .replace(HOST, '[address]')
    .replace(PORT, '')
    .replace(PHONE, '[telephone number]')
}
