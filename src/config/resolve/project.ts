import { basename, dirname } from 'node:path'
import { TIMEOUTS } from '../../base/timeouts.ts'
import type { Customer, Project } from '../project.ts'
import type { ResolveContext } from './context.ts'
import { resolveCustomer } from './customer.ts'
import { resolveIdentity } from './gateway/identity.ts'
import { slug } from './identity.ts'
import { checkedNetwork } from './network.ts'
import { reportCustomerRouting } from './platforms/customer-routing.ts'
import { resolveRouting } from './platforms/routing.ts'
import { resolvePlatforms } from './platforms/settings.ts'
import { spendingOf } from './platforms/spending.ts'
import { resolvePolicy } from './policy/resolve.ts'
import { reportOwnCredentials } from './secrets/own.ts'
import { resolveSecrets } from './secrets/places.ts'
import { basesOf } from './servers/bases.ts'
import { credentialNames, platformCredentials, reportPlatformKeys, reportShared } from './shared.ts'

/** Document -> Project. Reports every error; if there is one, the result must not be used. */
export function resolveProject(context: ResolveContext): Project {
  const { document, reporter, file } = context
  const settings = document.container_settings ?? {}
  const defaults = checkedNetwork(context, ['defaults'], document.defaults ?? {})
  const customers = document.customers.map((_, index) => resolveCustomer(context, index, defaults))
  reportShared(context, customers)
  const platforms = resolvePlatforms(context)
  reportPlatformKeys(context, customers, platforms)
  reportCustomerRouting(context, customers, platforms)
  const sent = new Set([
    ...customers.flatMap(one => one.servers.flatMap(credentialNames)),
    ...platforms.flatMap(platformCredentials),
  ])
  reportOwnCredentials(context, sent)
  const used = new Set([
    ...sent,
    ...(document.encryption_key_env === undefined ? [] : [document.encryption_key_env]),
  ])
  if (settings.network_name !== undefined)
    reporter.warn(
      ['container_settings', 'network_name'],
      'is ignored: every customer has its own network',
      'remove it',
    )
  return {
    name: document.project ?? (slug(basename(dirname(file))) || 'supportmax'),
    file,
    runtime: context.runtime ?? 'auto',
    networkPool: poolOf(context),
    encryptionKeyName: document.encryption_key_env,
    defaultCustomer: defaultOf(context, customers),
    customers,
    start: {
      probeMs: inMs(settings.health_check_timeout_seconds) ?? TIMEOUTS.probe,
      intervalMs: inMs(settings.health_check_interval_seconds) ?? TIMEOUTS.probePause,
      upMs: inMs(settings.container_startup_timeout_seconds) ?? TIMEOUTS.serverStart,
    },
    secrets: resolveSecrets(context, used),
    build: { ...basesOf(document), namePrefix: settings.build?.name_prefix ?? 'supportmax' },
    platforms,
    routing: resolveRouting(context, platforms),
    spending: spendingOf(document.limits),
    policy: resolvePolicy(context, customers),
    identity: resolveIdentity(context),
    audit: { arguments: document.audit?.arguments ?? false },
    kept: {
      maxWarmContainers: settings.max_warm_containers,
      idleTimeoutSeconds: settings.idle_timeout_seconds,
    },
  }
}

function inMs(seconds: number | undefined): number | undefined {
  return seconds === undefined ? undefined : seconds * 1_000
}

function poolOf({ document, reporter }: ResolveContext): string {
  const pool = document.network_pool ?? '10.213.0.0/16'
  const [address = '', bits = ''] = pool.split('/')
  const valid =
    address.split('.').every(part => Number(part) <= 255) && Number(bits) >= 8 && Number(bits) <= 28
  if (!valid)
    reporter.error(
      ['network_pool'],
      'must be an IPv4 network between /8 and /28',
      'use for example 10.213.0.0/16',
    )
  return pool
}

function defaultOf({ document, reporter }: ResolveContext, customers: Customer[]): string | undefined {
  const wanted = document.default
  if (wanted === undefined) return undefined
  const found = customers.find(one => one.id === wanted || one.name.toLowerCase() === wanted.toLowerCase())
  if (!found)
    reporter.error(
      ['default'],
      'no such customer',
      `use one of: ${customers
        .slice(0, 10)
        .map(one => one.name)
        .join(', ')}`,
    )
  return found?.id
}
