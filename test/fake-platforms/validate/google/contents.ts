import type { Violation } from '../../refuse/refused.ts'
import type { Ask } from '../../wire/frame.ts'
import { first, firstOf } from '../shape.ts'

interface Part {
  text?: string
  thought?: boolean
  thoughtSignature?: string
  functionCall?: { name: string; id?: string }
  functionResponse?: { name: string; id?: string }
  inlineData?: unknown
  fileData?: unknown
}

export interface Content {
  role?: string
  parts: Part[]
}

export function conversation(contents: readonly Content[], ask: Ask): Violation | undefined {
  return first(
    () => firstOf(contents, oneDatum),
    () =>
      contents[0]?.role === 'model'
        ? { message: 'Please ensure that the first turn is a user turn.' }
        : undefined,
    () => firstOf(contents, (content, index) => order(content, contents[index - 1], contents[index + 1])),
    () => firstOf(contents, (content, index) => known(content, index, ask)),
    () => signed(contents, ask),
  )
}

function oneDatum({ parts }: Content, index: number): Violation | undefined {
  return firstOf(parts, ({ text, functionCall, functionResponse, inlineData, fileData }, place) =>
    [text, functionCall, functionResponse, inlineData, fileData].filter(one => one !== undefined).length === 1
      ? undefined
      : {
          message: `* GenerateContentRequest.contents[${index}].parts[${place}].data: required oneof field 'data' must have one initialized field`,
        },
  )
}

function calls(content: Content | undefined) {
  return (content?.parts ?? []).flatMap(({ functionCall }) => (functionCall ? [functionCall] : []))
}

function results(content: Content | undefined) {
  return (content?.parts ?? []).flatMap(({ functionResponse }) =>
    functionResponse ? [functionResponse] : [],
  )
}

/** https://ai.google.dev/gemini-api/docs/function-calling: as many answers as calls, turn by turn. */
function order(content: Content, previous?: Content, next?: Content): Violation | undefined {
  const isModel = content.role === 'model'
  if (isModel ? results(content).length > 0 : calls(content).length > 0)
    return {
      message: 'Please ensure that function calls are of the model and function responses of the user.',
    }
  if (isModel && previous?.role === 'model')
    return {
      message:
        'Please ensure that function call turn comes immediately after a user turn or after a function response turn.',
    }
  if (results(content).length > 0 && calls(previous).length === 0)
    return {
      message: 'Please ensure that function response turn comes immediately after a function call turn.',
    }
  const [asked, answers] = [calls(content), results(next)]
  if (asked.length > 0 && asked.length !== answers.length)
    return {
      message:
        'Please ensure that the number of function response parts is equal to the number of function call parts of the function call turn.',
    }
  const stray = asked.find(({ name, id }) => !answers.some(one => one.name === name && one.id === id))
  return (
    stray && {
      message: `Please ensure that the function call \`${stray.name}\` has a response of its name and id.`,
    }
  )
}

/** Documented for calls that this vendor did not make: https://ai.google.dev/gemini-api/docs/thought-signatures. */
const DUMMIES = ['skip_thought_signature_validator', 'context_engineering_is_the_way_to_go'].flatMap(
  dummy => [dummy, Buffer.from(dummy).toString('base64')],
)

function known({ parts }: Content, index: number, { instance }: Ask): Violation | undefined {
  return firstOf(parts, ({ thoughtSignature: signature }, place) =>
    signature === undefined || instance.made.has(signature) || DUMMIES.includes(signature)
      ? undefined
      : {
          message: 'Corrupted thought signature.',
          param: `contents[${index}].parts[${place}].thought_signature`,
        },
  )
}

/** Gemini 3: the first call of each step is signed, in the turn that began with the last words of the user. */
function signed(contents: readonly Content[], { model }: Ask): Violation | undefined {
  if (/^gemini-[12]\b/.test(model)) return undefined
  const start = contents.findLastIndex(
    ({ role, parts }) => role !== 'model' && parts.some(part => part.functionResponse === undefined),
  )
  return firstOf(contents, ({ parts }, index) => {
    const part = parts.find(({ functionCall }) => functionCall)
    if (index < start || !part || part.thoughtSignature) return undefined
    return {
      message: `Function call is missing a thought_signature in functionCall parts. This is required for tools to work correctly, and missing thought_signature may lead to degraded model performance. Additional data, function call \`default_api:${part.functionCall?.name}\` , position ${index + 1}. Please refer to https://ai.google.dev/gemini-api/docs/thought-signatures for more details.`,
    }
  })
}
