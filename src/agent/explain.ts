import type { Customer } from '../config/project.ts'
import type { Coordinator } from '../coordinator/coordinator.ts'
import type { Explanation } from '../coordinator/explain.ts'
import type { TurnRecord } from '../coordinator/figures/record.ts'
import { loadPromptTexts, sentText, systemPrompt } from './prompt.ts'

export interface ExplainedQuestion {
  customer: Customer
  text: string
  isCritical: boolean
  platform?: string | undefined
  model?: string | undefined
}

/** What a question would do. */
export interface QuestionPlan extends Explanation {
  /** For a critical question: who else answers, and who compares. */
  crossCheck: { peers: string[]; judge: string } | undefined
  /** Whether the customer's earlier requests could be read. */
  isPastKnown: boolean
}

/** Requests of so many days tell how large a customer's questions are. */
const PAST_DAYS = 30

/** The plan of a question with the agent's instructions. Its tools are not known: their servers are not asked. */
export async function planOf(
  coordinator: Coordinator,
  store: { turns(from: number, customer: string): TurnRecord[]; isKept(): boolean },
  { customer, text, isCritical, ...choice }: ExplainedQuestion,
): Promise<QuestionPlan> {
  const system = systemPrompt(loadPromptTexts(), customer, { customer, withheld: [], missing: [] })
  const explained = await coordinator.explain({
    ...choice,
    customer,
    text,
    isCritical,
    request: { system, messages: [{ role: 'user', text: sentText(text, new Date()) }], tools: [] },
    past: store.turns(Date.now() - PAST_DAYS * 86_400_000, customer.id),
  })
  const explanation = { ...explained, isPastKnown: store.isKept() }
  const [first] = explanation.steps
  if (!isCritical || !first) return { ...explanation, crossCheck: undefined }
  const answered = first.route.platform.name
  const names = { conversation: '', question: '' }
  const { peers, judge } = coordinator.forQuestion({ ...choice, ...names, customer, text, isCritical })
  const others = peers(answered).map(one => one.name)
  return { ...explanation, crossCheck: { peers: others, judge: judge([answered, ...others]).name } }
}
