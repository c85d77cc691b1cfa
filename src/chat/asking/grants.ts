import { GRAVITY } from '../../toolset/policy/effect.ts'
import type { Effect } from '../../toolset/toolset.ts'

interface GrantedCall {
  server: string
  tool: string
  effect: Effect
}

/** What a person has allowed for the rest of one question. */
export interface Grants {
  /** Calls of the same tool that do at most this. */
  add(call: GrantedCall, most: Effect['kind']): void
  cover(call: GrantedCall): boolean
}

export function openGrants(): Grants {
  const granted = new Map<string, number>()
  const keyOf = ({ server, tool }: GrantedCall) => JSON.stringify([server, tool])
  return {
    add(call, most) {
      granted.set(keyOf(call), Math.max(GRAVITY[most], granted.get(keyOf(call)) ?? -1))
    },
    cover: call => GRAVITY[call.effect.kind] <= (granted.get(keyOf(call)) ?? -1),
  }
}
