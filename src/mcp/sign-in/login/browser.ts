// Waiting for what a browser brings back: to the loopback address, or in an address that a person pastes.

import { orAborted } from '../../../base/waiting/aborted.ts'
import { type BrowserAnswer, type ExpectedAnswer, readAnswer } from './answer.ts'
import { openCallback } from './callback.ts'

export interface BrowserOptions {
  expected: ExpectedAnswer
  /** The port to listen on, if it is free. */
  port: number | undefined
  /** Addresses that a person pastes, because the browser cannot reach this machine. Ends when nobody can. */
  pasted(signal: AbortSignal): AsyncIterable<string>
  /** Called with what is wrong with an address that was called or pasted; the right one may still come. */
  reject(reason: string): void
  signal: AbortSignal
}

/** Where a browser can come back to. */
export interface BrowserDoor {
  /** The redirect URI. */
  redirect: string
  /** What the authorization server says. Rejects with the signal's reason. */
  answer(): Promise<Exclude<BrowserAnswer, { kind: 'stray' }>>
  close(): void
}

export async function openBrowserDoor(options: BrowserOptions): Promise<BrowserDoor> {
  const { expected, port, pasted, reject, signal } = options
  const closing = new AbortController()
  const arrived = Promise.withResolvers<Exclude<BrowserAnswer, { kind: 'stray' }>>()
  const callback = await openCallback(port, parameters => {
    const answer = readAnswer(parameters, expected)
    if (answer.kind === 'stray') reject(`ignored a request to the redirect address: ${answer.reason}`)
    else arrived.resolve(answer)
    const isCode = answer.kind === 'code'
    return { ok: isCode, text: isCode ? DONE : `Not signed in: ${answer.reason}.` }
  })
  async function readPasted(): Promise<void> {
    for await (const text of pasted(AbortSignal.any([signal, closing.signal]))) {
      const answer = readAnswer(parametersIn(text), expected)
      if (answer.kind === 'code') return arrived.resolve(answer)
      // A person may have pasted the wrong one.
      reject(`that address cannot be used: ${answer.reason}`)
    }
  }
  return {
    redirect: callback.address,
    answer() {
      readPasted().catch(arrived.reject)
      return orAborted(arrived.promise, signal)
    },
    close() {
      closing.abort()
      callback.close()
    },
  }
}

const DONE = 'supportmax has received the answer. You can close this page.'

/** Of an address; people also paste only its query. */
function parametersIn(text: string): URLSearchParams {
  const pasted = text.trim()
  return URL.canParse(pasted) ? new URL(pasted).searchParams : new URLSearchParams(pasted.replace(/^\?/, ''))
}
