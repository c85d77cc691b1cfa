import { createContext, useContext } from 'react'
import { NO_COLOURS, type Theme, type ToneName } from './themes.ts'

/** The theme of the whole screen. */
export const Themed = createContext<Theme>(NO_COLOURS)

/** Whether the terminal opens links by a click. */
export const Linking = createContext(false)

/** How each kind of text looks, as properties of Text. */
export function useTone(): (name: ToneName) => Theme[ToneName] {
  const theme = useContext(Themed)
  return name => theme[name]
}
