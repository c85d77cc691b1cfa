import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { newFolder } from '../../helpers/folder.ts'
import { callTools, say } from '../../helpers/scripted-platform.ts'
import { until } from '../../helpers/until.ts'
import { chat } from '../open-chat.tsx'

it('/handover asks the model once, without tools, and nothing of it becomes a part of the conversation', async () => {
  const { sees, type, platform, pages, session } = chat(
    request =>
      request.system === 'hand over' ? say('- **Next checks**: the disk, 77 times') : say('all is well'),
    { handover: 'hand over' },
  )
  await sees('1 tool')
  await type('/handover')
  await sees('nothing has been asked yet')
  await type('how is it?')
  await sees('all is well')
  await type('/handover')
  await until('the note', () => pages.length === 1)
  expect(pages[0]).toContain('# Handover: Nordwind')
  expect(pages[0]).toContain('the disk, 77 times')
  expect(platform.requests).toHaveLength(2)
  expect(platform.requests[1]?.tools).toEqual([])
  expect(platform.requests[1]?.messages.map(one => one.role)).toEqual(['user', 'assistant', 'user'])
  expect(session.story('north')).toHaveLength(1)
})

it('/handover FILE.md writes it, also without a model', async () => {
  const file = join(newFolder(), 'shift.md')
  let isDown = false
  const { sees, type, platform } = chat(() => {
    if (isDown) throw new Error('no line')
    return say('all is well')
  })
  await sees('1 tool')
  await type('how is it?')
  await sees('all is well')
  isDown = true
  await type(`/handover ${file}`)
  await sees('wrote ')
  expect(readFileSync(file, 'utf8')).toContain('_The model proposed nothing: no line._')
  const asked = platform.requests.length
  await type(`/handover ${file}`)
  await sees('exists already')
  expect(platform.requests).toHaveLength(asked)
})

it('/handover says where the model was cut off, or refused', async () => {
  let reason: 'length' | 'filtered' = 'length'
  const { sees, type, pages } = chat(
    ({ system }) =>
      system === 'hand over'
        ? [
            { type: 'text', text: 'I can' },
            { type: 'finish', reason, usage: undefined },
          ]
        : say('all is well'),
    { handover: 'hand over' },
  )
  await sees('1 tool')
  await type('how is it?')
  await sees('all is well')
  await type('/handover')
  await until('the note', () => pages.length === 1)
  expect(pages[0]).toContain("I can\n>\n> _[cut off at the model's output limit]_")
  reason = 'filtered'
  await type('/handover')
  await until('the note', () => pages.length === 2)
  expect(pages[1]).toContain('_The model proposed nothing: the model refused to answer')
})

it('/handover does not cover a question that was asked meanwhile, nor its approval', async () => {
  const line = Promise.withResolvers<void>()
  const { sees, type, pages, frame } = chat(
    async function* (request) {
      if (request.system === 'hand over') {
        await line.promise
        yield* say('look at the disk')
      } else yield* request.messages.length === 1 ? say('all is well') : callTools(['s__write', {}])
    },
    { handover: 'hand over' },
  )
  await sees('1 tool')
  await type('how is it?')
  await sees('all is well')
  await type('/handover')
  await sees('asking the model for the next checks')
  await type('change it')
  await sees('Allow this on Nordwind PROD?')
  line.resolve()
  await sees('# Handover: Nordwind')
  expect(frame()).toContain('look at the disk')
  expect(frame()).toContain('Allow this on Nordwind PROD?')
  expect(pages).toEqual([])
})

it('/handover tells what was changed while the model was asked', async () => {
  const line = Promise.withResolvers<void>()
  const { sees, type, pages, session, controller } = chat(
    async function* (request) {
      if (request.system === 'hand over') {
        await line.promise
        yield* say('look at the disk')
      } else
        yield* request.messages.at(-1)?.role === 'tool' ? say('changed [1]') : callTools(['s__write', {}])
    },
    { handover: 'hand over' },
  )
  await sees('1 tool')
  await type('change it')
  await sees('y once')
  await type('n')
  await sees('changed [1]')
  await type('/handover')
  await sees('asking the model for the next checks')
  await type('change it now')
  await sees('y once')
  await type('y')
  await until('it is done', () => session.story('north')[1]?.end && controller.view().asking === undefined)
  line.resolve()
  await until('the note', () => pages.length === 1)
  expect(pages[0]).toMatch(/## What was changed\n\n- .*s · write.*\(done; allowed by .*\) \[2\]/)
})
