import type { PolicyRule } from '../../src/config/project.ts'

/** Rules of `policy` as the configuration resolves them: each matches everything, unless it says more. */
export function rulesOf(...rules: (Partial<PolicyRule> & Pick<PolicyRule, 'action'>)[]): PolicyRule[] {
  return rules.map((rule, index) => ({
    number: index + 1,
    line: index + 1,
    customers: undefined,
    servers: undefined,
    tools: undefined,
    access: undefined,
    arguments: [],
    roles: undefined,
    time: undefined,
    message: undefined,
    ...rule,
  }))
}
