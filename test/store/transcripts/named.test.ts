import { expect, it } from 'vitest'
import { conversationsNamed, shortId } from '../../../src/store/transcripts/named.ts'

const all = [{ id: '7a3f-one' }, { id: '7a3f-two' }, { id: 'b1c2-three' }]

it('an id is as short as it can be without meaning another one', () => {
  expect(all.map(one => shortId(one.id, all))).toEqual(['7a3f-o', '7a3f-t', 'b1c2'])
})

it('a conversation is named by the beginning of its id, in any case, but not by a single digit', () => {
  expect(conversationsNamed('7A3F-O', all)).toEqual([{ id: '7a3f-one' }])
  expect(conversationsNamed('7a3f', all)).toHaveLength(2)
  expect(conversationsNamed('7', all)).toEqual([])
  expect(conversationsNamed('', all)).toEqual([])
})
