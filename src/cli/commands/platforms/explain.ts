import type { QuestionPlan } from '../../../agent/explain.ts'
import { EXIT, SupportError } from '../../../base/errors.ts'
import type { Customer, Strategy } from '../../../config/project.ts'
import { routingFor } from '../../../coordinator/route/rank.ts'
import { type Run, textOption } from '../../context.ts'
import { customerOption } from '../../options.ts'
import { exclusionHint, exclusionText, explainText } from './explain-text.ts'

export const run: Run = async ({ print, open }, [question = ''], options) => {
  if (question.trim() === '')
    throw new SupportError('usage', 'the question is empty', {
      hint: 'run `supportmax platforms explain --customer NAME "QUESTION"`',
    })
  const app = await open()
  try {
    const customer = customerOption(options, app.project)
    const plan = await app.explain({
      customer,
      text: question,
      isCritical: options.critical === true,
      platform: textOption(options, 'platform'),
      model: textOption(options, 'model'),
    })
    const { strategy = 'order' } = routingFor(app.project.routing, customer)
    if (print.mode === 'json') print.json(planJson(plan, { customer, strategy }))
    else print.result(explainText(plan, { customer, strategy, ...print.layout }))
    return plan.refusal ? EXIT[plan.refusal.code] : EXIT.ok
  } finally {
    await app.close()
  }
}

function planJson(plan: QuestionPlan, { customer, strategy }: { customer: Customer; strategy: Strategy }) {
  const { complexity, estimate, steps, excluded, warnings, refusal, crossCheck } = plan
  return {
    customer: customer.id,
    complexity: complexity.level,
    tier: complexity.tier ?? null,
    strategy,
    asked: steps.map(({ route, rule, waitMs, cost, tooSmall }) => ({
      platform: route.platform.name,
      model: route.model,
      rule,
      waitMs: waitMs ?? null,
      cost: cost ?? null,
      contextWindowTooSmall: tooSmall ?? null,
    })),
    crossCheck: crossCheck ?? null,
    notAsked: excluded.map(one => ({
      platform: one.platform,
      model: one.model ?? null,
      reason: one.reason,
      text: exclusionText(one, Date.now()),
      hint: exclusionHint(one, customer),
      until: one.until === undefined ? null : new Date(one.until).toISOString(),
    })),
    warnings,
    estimate: { ...estimate, requests: estimate.requests ?? null },
    error: refusal ? { code: refusal.code, message: refusal.message, hint: refusal.hint ?? null } : null,
  }
}
