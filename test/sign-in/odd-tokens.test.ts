import { expect, it } from 'vitest'
import { closing } from '../helpers/closing.ts'
import { rawServer } from '../helpers/mcp-servers.ts'
import { signInWorld } from '../helpers/sign-in.ts'

/** Somebody whose access token has expired, and whose token endpoint answers this. */
async function renewing(answer: object) {
  const world = await signInWorld()
  await world.login()
  let asked = 0
  const odd = closing(
    await rawServer((_, res) => {
      asked++
      const body = { access_token: 'an-access-token', token_type: 'Bearer', expires_in: 100, ...answer }
      res.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body))
    }),
  )
  const kept = world.store.read(world.door)
  if (!kept?.tokens) throw new Error('not signed in')
  const endpoints = { ...kept.endpoints, token: `http://127.0.0.1:${odd.port}/token` }
  world.store.write({ ...kept, endpoints, tokens: { ...kept.tokens, expiresAt: world.clock.now } })
  return {
    ...world,
    before: kept.tokens,
    asked: () => asked,
    kept: () => world.store.read(world.door)?.tokens,
  }
}

it.each([
  ['an empty one', '', 'the authorization server issued an empty token'],
  [
    'one with a line break',
    'a\r\nX-Evil: 1',
    'the authorization server issued a token with invalid characters',
  ],
  ['one that is not ASCII', 'ключ', 'the authorization server issued a token with invalid characters'],
])(
  'an access token that cannot be sent is refused, and the old ones are kept: %s',
  async (_, token, words) => {
    const world = await renewing({ access_token: token })
    await expect(world.authorizer().token()).rejects.toThrow(words)
    expect(world.kept()?.refresh).toBe(world.before.refresh)
  },
)

it('an empty refresh token does not replace the old one', async () => {
  const world = await renewing({ refresh_token: '' })
  expect(await world.authorizer().token()).toBe('an-access-token')
  expect(world.kept()?.refresh).toBe(world.before.refresh)
})

it.each([
  ['that has expired already', 0, 0],
  ['that expired in the past', -5, 0],
  ['that never expires in the life of a person', 1e300, 1e12],
])('an access token %s is used, and its end is a date', async (_, seconds, life) => {
  const world = await renewing({ expires_in: seconds })
  expect(await world.authorizer().token()).toBe('an-access-token')
  expect(world.kept()?.expiresAt).toBe(world.clock.now + life)
})

it('access tokens that have always expired do not make an idle connection ask for ever', async () => {
  const world = await renewing({ expires_in: 0 })
  const authorizer = world.authorizer()
  const closed = authorizer.opened?.()
  await authorizer.token()
  // A timer of 0 ms would be due, and would ask, while these requests are on their way.
  for (let count = 0; count < 5; count++) await fetch(world.server.url)
  closed?.()
  expect(world.asked()).toBe(1)
})
