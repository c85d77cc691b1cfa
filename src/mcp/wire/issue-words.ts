import { redactedLine } from '../../base/redact.ts'

/** An issue of Zod: the library's own class, or as the SDK prints it. */
export interface Issue {
  code?: string | undefined
  path?: readonly unknown[] | undefined
  expected?: unknown
  values?: readonly unknown[] | undefined
  message: string
}

/** The first issue as a sentence: `inputSchema.type must be "object"`. `whole` names the value itself. */
export function issueWords(issues: readonly Issue[], whole: string): string {
  const [issue] = issues
  if (!issue) return `${whole} is malformed`
  const place = redactedLine((issue.path ?? []).map(String).join('.'), 80) || whole
  if (issue.code === 'invalid_type')
    return / undefined$/.test(issue.message)
      ? `${place} is missing`
      : `${place} must be ${kindWords(issue.expected)}`
  if (issue.code === 'invalid_value' && issue.values)
    return `${place} must be ${issue.values.map(value => JSON.stringify(value)).join(' or ')}`
  return `${place} is malformed`
}

function kindWords(expected: unknown): string {
  const kind = expected === 'record' ? 'object' : String(expected)
  return /^[aeio]/.test(kind) ? `an ${kind}` : `a ${kind}`
}
