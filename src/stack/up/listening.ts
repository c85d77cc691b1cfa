import { connect } from 'node:net'

/** How long a connection must stay open to count. */
const OPEN_MS = 50

/**
 * Whether a program listens behind this port of 127.0.0.1, found out without sending anything. The engine accepts
 * connections for a container before its program listens, and then drops them.
 */
export function isListening(port: number): Promise<boolean> {
  return new Promise(resolve => {
    const socket = connect(port, '127.0.0.1')
    const end = (listens: boolean) => {
      clearTimeout(timer)
      socket.destroy()
      resolve(listens)
    }
    let timer = setTimeout(() => end(false), 1_000)
    socket.once('connect', () => {
      clearTimeout(timer)
      timer = setTimeout(() => end(true), OPEN_MS)
    })
    // What says something on its own listens.
    socket.once('data', () => end(true))
    socket.once('end', () => end(false)).once('error', () => end(false))
  })
}
