import { EXIT, SupportError } from '../../../base/errors.ts'
import type { Run } from '../../context.ts'

/** Scripts that ask `supportmax __complete SHELL -- WORD…`, the last word being the one that is typed. */
const SCRIPTS: Record<string, string> = {
  // Without mapfile: macOS has bash 3.2.
  bash: `# bash completion for supportmax
_supportmax() {
  local line
  COMPREPLY=()
  while IFS= read -r line; do
    [ -n "$line" ] && COMPREPLY+=("$line")
  done < <("\${COMP_WORDS[0]}" __complete bash -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
}
complete -o default -F _supportmax supportmax`,
  zsh: `#compdef supportmax
# zsh completion for supportmax
_supportmax() {
  local -a found
  found=("\${(@f)$("\${words[1]}" __complete zsh -- "\${(@)words[2,CURRENT]}" 2>/dev/null)}")
  if [[ -n "\${found[1]}" ]]; then
    _describe supportmax found
  else
    _files
  fi
}
(( $+functions[compdef] )) || { autoload -Uz compinit && compinit; }
compdef _supportmax supportmax`,
  fish: `# fish completion for supportmax
function __supportmax_complete
  set -l words (commandline -opc) (commandline -ct)
  command supportmax __complete fish -- $words[2..-1] 2>/dev/null
end
complete -c supportmax -f -a '(__supportmax_complete)'
complete -c supportmax -n 'test -z "$(__supportmax_complete)"' -F`,
}

export const run: Run = async ({ print }, [shell = '']) => {
  const script = SCRIPTS[shell]
  if (script === undefined)
    throw new SupportError('usage', `no completion for "${shell.slice(0, 40)}"`, {
      hint: `use one of: ${Object.keys(SCRIPTS).join(', ')}`,
    })
  print.result(script)
  return EXIT.ok
}
