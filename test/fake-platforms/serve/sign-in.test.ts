import { GoogleGenAI } from '@google/genai'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { newFolder } from '../../helpers/folder.ts'
import { vertexCredentials } from '../credentials.ts'
import { type FakePlatforms, startFakePlatforms } from '../start.ts'

let fake: FakePlatforms
let folder: string
beforeEach(async () => {
  fake = await startFakePlatforms()
  folder = newFolder()
})
afterEach(() => fake.close())

async function ask(keyFilename: string): Promise<string> {
  const client = new GoogleGenAI({
    vertexai: true,
    project: 'p1',
    location: 'europe-west4',
    httpOptions: { baseUrl: fake.url('vertex') },
    googleAuthOptions: { keyFilename, scopes: ['https://www.googleapis.com/auth/cloud-platform'] },
  })
  const stream = await client.models.generateContentStream({ model: 'gemini-fake', contents: 'hello' })
  let text = ''
  for await (const chunk of stream) text += chunk.text ?? ''
  return text
}

describe("signing in to Vertex by Google's own library", () => {
  it('exchanges the subject token of a file for the token that goes out', async () => {
    fake.script('vertex', [{ text: 'signed in' }])
    expect(await ask(vertexCredentials(fake, folder))).toBe('signed in')
    expect(fake.signIns('vertex')[0]?.body).toMatchObject({ subject_token: 'subject-1' })
    expect(fake.requests('vertex')[0]?.key).toBe('ya29.fake-1')
  })

  it("refreshes what a person's sign-in left behind", async () => {
    await ask(vertexCredentials(fake, folder, { kind: 'workforce' }))
    expect(fake.signIns('vertex')[0]?.body).toEqual({
      grant_type: 'refresh_token',
      refresh_token: 'refresh-1',
    })
    expect(fake.requests('vertex')[0]?.key).toBe('ya29.fake-1')
  })

  it('goes on to a service account', async () => {
    await ask(vertexCredentials(fake, folder, { kind: 'impersonating' }))
    expect(fake.requests('vertex')[0]?.key).toBe('ya29.fake-impersonated-2')
  })

  it('fails where the subject token is expired, or on order, before any request', async () => {
    await expect(ask(vertexCredentials(fake, folder, { subjectToken: 'expired' }))).rejects.toThrow('expired')
    fake.rules('vertex', { signIn: 'refused' })
    await expect(ask(vertexCredentials(fake, folder))).rejects.toThrow('invalid_grant')
    expect(fake.requests('vertex')).toEqual([])
  })
})
