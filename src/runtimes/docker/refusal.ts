import { readFileSync } from 'node:fs'
import type Dockerode from 'dockerode'
import { keyOf, keyText, type ServerKey } from '../../config/project.ts'
import { readLeases } from '../../exporters/compose/leases.ts'
import type { Outcome, Start } from '../runtime.ts'
import { LABEL, ourNetworks } from './observe.ts'

interface Room {
  engine: Dockerode
  project: string
  composeFile: string
}

/** Why compose did not start a server, in the engine's words where we know none that tell more, and what helps. */
export async function refusal(
  room: Room,
  { server }: Start,
  said: string,
  signal?: AbortSignal,
): Promise<Outcome> {
  const key = keyOf(server)
  const holder = /overlap/i.test(said) ? await holderOfSubnet(room, server.customer, signal) : undefined
  if (holder === undefined) return { key, ok: false, reason: said, hint: hintFor(key, said) }
  const [subnet, customer] = holder
  return {
    key,
    ok: false,
    reason: `its network's addresses ${subnet} are still held by customer ${customer}, which is no longer in the configuration or was given others`,
    hint: 'supportmax up  without names (it removes what is no longer configured), or  supportmax down',
  }
}

/** The customer of this project whose network stands on the addresses that `customer` is to have. */
async function holderOfSubnet(room: Room, customer: string, signal?: AbortSignal) {
  const subnet = readLeases(readFileSync(room.composeFile, 'utf8')).subnets.get(customer)
  const networks = await ourNetworks(room.engine, room.project, signal)
  const holder = networks
    .filter(({ IPAM }) => IPAM?.Config?.some(one => one.Subnet === subnet))
    .map(({ Labels }) => Labels?.[LABEL.customer])
    .find(other => other !== customer)
  return subnet === undefined || holder === undefined ? undefined : ([subnet, holder] as const)
}

function hintFor(key: ServerKey, reason: string): string {
  if (/overlap|could not find an available|address pool/i.test(reason))
    return 'choose another "network_pool" in the configuration, then  supportmax compose generate'
  if (/port is already allocated|address already in use/i.test(reason))
    return `free the port, or give ${keyText(key)} another "port"`
  if (/no such image|not found locally/i.test(reason))
    return 'supportmax images build, or supportmax up --pull'
  return `supportmax logs ${key.customer} ${key.server}`
}
