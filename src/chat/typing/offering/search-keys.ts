import type { Key } from 'ink'
import type { Actions } from '../actions.ts'
import { isEnter, isNewLine, keyEdit } from '../keys.ts'
import type { Edit } from '../line/editor.ts'
import { chosenRow, stepped } from './list.ts'
import { type Search, searched, searchedBy } from './search.ts'

export interface SearchKeys {
  /** The search that is open; the same value until it changes. */
  now(): Search | undefined
  /** Whether the key was for the search. */
  takes(input: string, key: Key): boolean
  /** Whether the paste was for the search. */
  pastes(text: string): boolean
}

/** Ctrl+R opens the search, Enter takes what it found into the prompt, and Esc leaves the prompt as it was. */
export function openSearchKeys(actions: Actions, changed: () => void): SearchKeys {
  /** Of one line: a dialog or another customer must not get its keys. */
  let open: { place: string; search: Search } | undefined

  function now(): Search | undefined {
    return open?.place === actions.place() ? open.search : undefined
  }

  function show(search: Search | undefined): true {
    open = search && { place: actions.place(), search }
    changed()
    return true
  }

  function step(search: Search, by: 1 | -1): true {
    const { list } = search
    return show(list ? { ...search, list: { ...list, chosen: stepped(list, by) } } : search)
  }

  function take({ list }: Search): true {
    const row = list && chosenRow(list)
    show(undefined)
    if (row) actions.change({ type: 'replace', text: row.value })
    return true
  }

  function edited(search: Search, change: Edit): true {
    return show(searchedBy(actions.lineNow().history, search, change))
  }

  return {
    now,
    takes(input, key) {
      const search = now()
      const isOlder = key.ctrl && input === 'r'
      if (!search) return isOlder && actions.isPrompt() && show(searched(actions.lineNow().history))
      if (key.escape || (key.ctrl && /^[cg]$/.test(input))) return show(undefined)
      if (isOlder || key.downArrow) return step(search, 1)
      if (key.upArrow || (key.ctrl && input === 's')) return step(search, -1)
      if (key.tab || (isEnter(input, key) && !isNewLine(input, key))) return take(search)
      // An Enter inside it is not one that was pressed while the search was on the screen.
      const change = keyEdit(onOneLine(input), key)
      return change ? edited(search, change) : true
    },
    pastes(text) {
      const search = now()
      return search !== undefined && edited(search, { type: 'insert', text: onOneLine(text) })
    },
  }
}

function onOneLine(text: string): string {
  return text.replace(/[\r\n\t]+/g, ' ')
}
