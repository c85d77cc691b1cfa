// Files of other clients as people have them, by syntax. CONTAINER stands for the key that the client uses.

export const COMMENTED: Record<'json' | 'toml' | 'yaml', string> = {
  json: '// mine\n{\n\t// before\n\t"theme": "dark", // beside\n\t/* last */\n}\n',
  toml: '# mine\nmodel = "x" # beside\n\n# about tui\n[tui]\nnotifications = true\n# last\n',
  yaml: '# mine\nprovider: x # beside\n\n# about more\nmore:\n    deep: true\n# last\n',
}

export const CROWDED: Record<'json' | 'toml' | 'yaml', string> = {
  json: `{
  "a": [1, 2, { "b": null }],
  "CONTAINER": {
    "first": { "command": "x", "args": [] },
    // the second
    "second": { "url": "https://example.com/mcp" }
  },
  "z": "\\u00e9 {\\"CONTAINER\\": 1}"
}
`,
  toml: `x = """
[CONTAINER.supportmax-acme]
not = "a table"
"""

[CONTAINER.first]
command = "x"
args = [
  "[a]",
]

[CONTAINER.first.env]
A = "1"

# the last one
[profiles.fast] # beside
model = "y"
`,
  yaml: `a: [1, 2, {b: null}]
CONTAINER:
  # the first
  first:
    name: first
    cmd: "x"
    text: |
      CONTAINER:
        supportmax-acme: no

  second: {name: second, cmd: y} # beside

# about z
z: >-
  folded
  text
`,
}

/** The same for a client whose container is a list. */
export const CROWDED_LIST = `name: mine
CONTAINER:
- name: first
  command: x # beside
# the second
- {name: second, url: "https://example.com/mcp"}

z: 1
`
