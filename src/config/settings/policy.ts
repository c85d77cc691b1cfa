// The rules of `policy`: which calls are allowed, denied, or need approval.

import type { Access } from './server.ts'

export type RuleAction = 'allow' | 'ask' | 'deny'

/** One rule. A condition that is undefined or empty holds for every call. */
export interface PolicyRule {
  /** Its number in the file, from 1. */
  number: number
  line: number | undefined
  /** Ids. */
  customers: string[] | undefined
  /** Names and patterns. */
  servers: string[] | undefined
  /** Names and patterns; with `__` in them, of whole names (`<server>__<tool>`) too. */
  tools: string[] | undefined
  access: 'read' | 'write' | undefined
  arguments: ArgumentCondition[]
  roles: Access[] | undefined
  time: PolicyTime | undefined
  action: RuleAction
  /** Only of a rule that denies. */
  message: string | undefined
}

export interface ArgumentCondition {
  /** Keys, joined by dots. */
  path: string
  /** Texts and patterns; other scalars as JSON writes them. */
  values: string[]
}

export interface PolicyTime {
  /** Of the week, 0 = Sunday; undefined = all. */
  days: number[] | undefined
  /** Minutes from midnight; `to` is excluded. If `to` is not later than `from`, the period ends on the next day. */
  from: number
  to: number
  /** IANA name. */
  zone: string
}
