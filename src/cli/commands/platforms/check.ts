import type { App } from '../../../app.ts'
import { EXIT } from '../../../base/errors.ts'
import { sumOfCosts, wholeUsd } from '../../../base/money.ts'
import { counted } from '../../../base/text/amounts.ts'
import type { Customer } from '../../../config/project.ts'
import type { ModelCheck } from '../../../coordinator/health/check.ts'
import type { Context } from '../../context.ts'
import { checkText } from './check-text.ts'

/** Asks each model one tiny question. Throws what a question would throw if no platform can answer. */
export async function checkPlatforms(
  { print, signal }: Context,
  app: App,
  customer: Customer | undefined,
): Promise<number> {
  const coordinator = await app.coordinator()
  const anybody = { id: '', name: '', environment: undefined, platformsAllowed: undefined }
  const routes = coordinator.routes({ customer: customer ?? anybody }).map(one => one.route)
  const models = routes.filter(one => one.platform.kind !== 'demo')
  print.note(`asking ${counted(models.length, 'model')} one tiny question with a tool; this costs money…`)
  const checks = await coordinator.checkModels(customer, signal)
  signal.throwIfAborted()
  if (print.mode === 'json') {
    const cost = sumOfCosts(checks.map(one => one.cost))
    print.json({
      customer: customer?.id ?? null,
      models: checks.map(checkJson),
      cost,
      costUsd: wholeUsd(cost),
    })
  } else {
    const isKept = (await app.usage()).isKept()
    print.result(checkText(checks, { isKept, ...print.layout }))
  }
  return checks.every(one => one.answers && one.calls === 'yes') ? EXIT.ok : EXIT.failed
}

function checkJson({ route, answers, calls, fault, firstTokenMs, tookMs, cost }: ModelCheck) {
  return {
    platform: route.platform.name,
    model: route.model,
    answers,
    calls,
    fault: fault ? { kind: fault.kind, reason: fault.reason, hint: fault.remedy ?? null } : null,
    firstTokenMs: firstTokenMs ?? null,
    tookMs,
    cost,
    costUsd: wholeUsd(cost),
  }
}
