// Who works on it: the engineer, and those whom results name.

import type { Evidence } from '../../evidence/book.ts'
import type { Reported } from '../report.ts'

/** Products that customers know by these names, too: most servers, and some accounts, are called after theirs. */
export const PRODUCTS =
  /^(grafana|alertmanager|prometheus|loki|tempo|mimir|genesys|kubernetes|zabbix|elasticsearch|opensearch|github|gitlab|jira)$/i
/** Accounts of nobody in particular: `root cause` names no colleague. */
const ACCOUNTS = /^(root|admin|administrator|user|system|service|ubuntu|ops|dev|sre|noc|api|max|min)$/i
/** Logins such as `ana`; a shorter one is as often a word. */
const SHORTEST = 3
/** `l.ortega` and `Luis Ortega` are called Ortega, too. */
const LAST_NAME = /^(?:\p{L}\.|\p{Lu}\p{Ll}+ )(\p{L}{4,})$/u
/** Whose a change was, as results say it: `"created_by": "l.ortega"`. */
const PERSON =
  /"(?:(?:created|updated|changed|acknowledged|silenced|assigned)_?(?:by|to)|author|assignee|login|user_?name)"\s*:\s*"([^"\\]{1,100})"/gi

export function peopleOf({ evidence, person }: Pick<Reported, 'evidence' | 'person'>): string[] {
  const named = [...new Set([...evidence.flatMap(peopleIn), person])]
  return named
    .flatMap(one => [one, ...(LAST_NAME.exec(one)?.slice(1) ?? [])])
    .filter(one => one.length >= SHORTEST && !ACCOUNTS.test(one) && !PRODUCTS.test(one))
}

function peopleIn({ text }: Evidence): string[] {
  try {
    return [...text().matchAll(PERSON)].map(([, name = '']) => name)
  } catch {
    return []
  }
}
