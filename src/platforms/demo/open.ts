// The offline replacement for a model: it picks real tools by the words of the question and quotes their real results.

import { setTimeout as delay } from 'node:timers/promises'
import {
  type Message,
  type ModelEvent,
  type ModelRequest,
  PlatformFault,
  type VendorPlatform,
} from '../platform.ts'
import { answerFrom } from './answer.ts'
import { changeIn } from './change.ts'
import { answerToChange, answerWithoutTool } from './no-tool.ts'
import { pickTools } from './pick.ts'

const CHUNK = 24
const PAUSE_MS = 8

/** The demo model. It follows rules, sends nothing anywhere, and says in every answer that no model was called. */
export function openDemo(): VendorPlatform {
  return { name: 'demo', model: 'rules', dialect: 'demo', stream: demoStream, probe: async () => ['rules'] }
}

async function* demoStream(request: ModelRequest, signal: AbortSignal): AsyncGenerator<ModelEvent> {
  const asked = request.messages.findLastIndex(message => message.role === 'user')
  const question = request.messages[asked]
  const results = request.messages.slice(asked + 1).filter(isResult)
  if (results.length > 0) return yield* written(answerFrom(results), signal)
  const asks = question?.role === 'user' ? askedIn(question.text) : ''
  const picks = pickTools(asks, request.tools)
  if (picks.length === 0) return yield* written(withoutTool(asks, request), signal)
  for (const [i, { tool, args }] of picks.entries()) {
    const id = `demo_${asked}_${i}`
    yield { type: 'call', call: { id, name: tool.name, args, rawArgs: JSON.stringify(args) } }
  }
  yield { type: 'finish', reason: 'calls', usage: undefined }
}

function withoutTool(asks: string, { tools, messages, system }: ModelRequest): string {
  if (changeIn(asks) === undefined || tools.length === 0)
    return answerWithoutTool(tools, isTask(messages.at(-1)))
  return answerToChange(asks, tools, /Access is read-only/.test(system))
}

/** What was asked: without the appended time, whose digits are not part of it, and of a pasted alert only its labels. */
function askedIn(text: string): string {
  const question = text.replace(/\n\n\[[^\]]*\]$/, '')
  const [, labels, rest] =
    /<alert>\n([\s\S]*?)\n\nAs it was pasted:[\s\S]*<\/alert>\n\n([\s\S]*)$/.exec(question) ?? []
  return labels === undefined ? question : `${rest}\n${labels}`
}

async function* written(text: string, signal: AbortSignal): AsyncGenerator<ModelEvent> {
  for (let at = 0; at < text.length; at += CHUNK) {
    if (signal.aborted) throw new PlatformFault('demo', 'aborted', 'cancelled')
    yield { type: 'text', text: text.slice(at, at + CHUNK) }
    await delay(PAUSE_MS, undefined, { signal }).catch(() => {})
  }
  if (signal.aborted) throw new PlatformFault('demo', 'aborted', 'cancelled')
  yield { type: 'finish', reason: 'stop', usage: undefined }
}

/** What supportmax itself asks, such as for a handover: without the time that ends a person's question. */
function isTask(message: Message | undefined): boolean {
  return message?.role === 'user' && askedIn(message.text) === message.text
}

function isResult(message: Message): message is Extract<Message, { role: 'tool' }> {
  return message.role === 'tool'
}
