import { visible } from '../../../base/text/terminal-text.ts'

/** An address that a server wants a person to open. Nothing here opens it. */
export interface AskedAddress {
  /** All of it; what cannot be seen is written out. */
  text: string
  /** As the network knows it: letters of other alphabets cannot look like another host. */
  host: string
}

/** A person would not read a longer one. */
const LONGEST = 2_000

/** The address, or why it is not shown. */
export function addressIn(url: unknown): AskedAddress | { why: string } {
  if (typeof url !== 'string' || url.length > LONGEST || !URL.canParse(url))
    return { why: 'it wants you to open an address that is none, or too long' }
  const { protocol, host, username, password } = new URL(url)
  if (protocol !== 'https:' && protocol !== 'http:')
    return { why: `it wants you to open an address that begins with ${visible(protocol.slice(0, 30))}` }
  if (username !== '' || password !== '')
    return { why: 'it wants you to open an address with a name in front of its host, which hides the host' }
  return { text: visible(url), host }
}
