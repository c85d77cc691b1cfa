// The least that a chat with Ink and React can be: one line, and the keys.

import { render, Text, useInput } from 'ink'

function Line() {
  useInput(() => {})
  return <Text>ask about</Text>
}

render(<Line />)
