import type { KeptToken } from '../../../access/tokens/file.ts'
import { isWholeToken, looksLikeToken, tokenHash } from '../../../access/tokens/form.ts'
import { ALL_METRICS, openTokens } from '../../../access/tokens/tokens.ts'
import { EXIT, SupportError } from '../../../base/errors.ts'
import { hideSecret } from '../../../base/redact.ts'
import { counted } from '../../../base/text/amounts.ts'
import { didYouMean, oneLine } from '../../../base/text/words.ts'
import type { Project } from '../../../config/project.ts'
import { type Run, textOption } from '../../context.ts'
import { shownToken } from './shown.ts'

export const run: Run = async ({ print, open }, [word], options) => {
  const isAll = options.all === true
  if ((word === undefined) !== isAll)
    throw new SupportError('usage', 'name either one token or --all', {
      hint: 'run `supportmax token list` to see the tokens',
    })
  if (word !== undefined && looksLikeToken(word)) hideSecret(word)
  const { project, stack } = await open()
  const tokens = openTokens(stack.state.folder)
  const name = textOption(options, 'customer')
  const customer = name === undefined ? undefined : idOf(project, name)
  const own = tokens.list().filter(one => customer === undefined || one.customer === customer)
  const ids = (word === undefined ? own : [tokenNamed(word, own)]).map(one => one.id)
  const gone = await tokens.revoke(one => ids.includes(one.id))
  if (print.mode === 'json') print.json({ revoked: gone.map(shownToken) })
  else if (word === undefined)
    print.note(gone.length === 0 ? 'no tokens' : `revoked ${counted(gone.length, 'token')}`)
  else for (const one of gone) print.note(`revoked token "${one.name}" (${one.id}) of ${ownerOf(one)}`)
  return EXIT.ok
}

function ownerOf({ customer }: KeptToken): string {
  return customer === ALL_METRICS ? 'the metrics' : customer
}

/** Also of a customer that is no longer in the configuration. */
function idOf({ customers }: Project, name: string): string {
  const wanted = name.trim().toLowerCase()
  return customers.find(one => one.name.toLowerCase() === wanted)?.id ?? wanted
}

function tokenNamed(word: string, tokens: readonly KeptToken[]): KeptToken {
  const [only, ...others] = looksLikeToken(word)
    ? tokens.filter(one => one.hash === tokenHash(word))
    : tokens.filter(one => one.id === word || one.name === word)
  if (only && others.length === 0) return only
  if (only)
    throw new SupportError('usage', `several tokens are named "${oneLine(word, 60)}"`, {
      hint: `use an id: ${[only, ...others].map(one => `${one.id} (${ownerOf(one)})`).join(', ')}`,
    })
  throw unknownToken(word, tokens)
}

function unknownToken(word: string, tokens: readonly KeptToken[]): SupportError {
  const hint = 'run `supportmax token list` to see the tokens'
  if (!looksLikeToken(word)) {
    const names = tokens.flatMap(({ id, name }) => [id, name])
    return new SupportError('usage', `no such token "${oneLine(word, 60)}"${didYouMean(word, names)}`, {
      hint,
    })
  }
  const reason = isWholeToken(word)
    ? 'no such token: it was revoked, or is of another configuration'
    : 'not a whole token: a character is wrong or missing'
  return new SupportError('usage', reason, { hint })
}
