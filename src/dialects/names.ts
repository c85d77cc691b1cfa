import { createHash } from 'node:crypto'

const LEGAL = /^[A-Za-z_][A-Za-z0-9_-]{0,63}$/
const LONGEST = 64
/** How a hashed name ends. Original names that end like this are hashed too, so no two names can collide. */
const HASHED = /__x[0-9a-f]{16}$/
const HASHED_KEY = /__x[0-9a-f]{8}$/

/** A tool name that every platform accepts: the name itself if legal, otherwise one that ends in its hash. Injective. */
export function legalName(name: string): string {
  return LEGAL.test(name) && !HASHED.test(name) ? name : hashed(name, 16, /[^A-Za-z0-9_-]/g)
}

/** An argument name that a dialect accepts. Replaces `__proto__` too, which would get lost in plain objects. */
export function legalKey(key: string, legal: RegExp | undefined): string {
  const isLegal = key !== '' && key !== '__proto__' && (legal?.test(key) ?? true)
  return isLegal && !HASHED_KEY.test(key) ? key : hashed(key, 8, /[^A-Za-z0-9_]/g)
}

function hashed(name: string, digits: number, illegal: RegExp): string {
  const hash = createHash('sha256').update(name).digest('hex').slice(0, digits)
  const head = name.replace(illegal, '_').replace(/^(?![A-Za-z_])/, '_')
  return `${head.slice(0, LONGEST - digits - 3)}__x${hash}`
}
