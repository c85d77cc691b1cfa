import { EXIT, SupportError } from '../../../base/errors.ts'
import { didYouMean } from '../../../base/text/words.ts'
import { auditFolderIn } from '../../../store/audit/files.ts'
import { erasePerson, peopleIn } from '../../../store/audit/people.ts'
import { askYesNo } from '../../ask.ts'
import type { Run } from '../../context.ts'

export const run: Run = async ({ print, open, signal }, [word = ''], options) => {
  const folder = auditFolderIn((await open()).stack.state.folder)
  const people = peopleIn(folder)
  const found = people.filter(one => [one.id, one.name, one.pseudonym].includes(word))
  const [person, ...others] = found
  const ids = people.map(one => one.id)
  if (!person || others.length > 0)
    throw new SupportError(
      'usage',
      person
        ? `${others.length + 1} people are called "${word}"`
        : `no such person "${word.slice(0, 80)}" in the audit record${didYouMean(word, [...ids, ...people.map(one => one.name)])}`,
      {
        hint:
          ids.length > 0
            ? `use one of: ${(person ? found.map(one => one.id) : ids).join(', ')}`
            : 'run `supportmax audit tail` to see who is in it',
      },
    )
  const question = `Erase the name of ${person.name} (${person.id}) from the audit record? Nobody can then tell which calls were theirs.`
  if (options.yes !== true && !(await askYesNo(question, signal, 'run it in a terminal, or add --yes')))
    throw new SupportError('refused', 'nothing was erased')
  erasePerson(folder, person)
  if (print.mode === 'json') print.json({ erased: person.id, pseudonym: person.pseudonym })
  else
    print.note(`erased the name of ${person.name}: their calls stay, under the pseudonym ${person.pseudonym}`)
  return EXIT.ok
}
