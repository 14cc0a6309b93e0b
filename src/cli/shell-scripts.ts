/**
 * What a shell reads to complete this command. Each passes the words as they stand to `complete --`: scripts that put them into an
 * `eval`, as generated ones do, run `$(…)` in a line that was not entered yet.
 */
export const SCRIPTS: Readonly<Record<string, string>> = {
  bash: `# bash completion of countersign: countersign complete bash > ~/.local/share/bash-completion/completions/countersign
_countersign() {
  local line word last=-1 joined=
  local -a words=()
  # bash takes --option=value for three words.
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD}"; do
    if ((last >= 0)) && { [[ -n $joined ]] || [[ $word == = && \${words[last]} == --* ]]; }; then
      words[last]+=$word
    else
      words+=("$word")
      last=$((last + 1))
    fi
    [[ $word == = && \${words[last]} == --*= ]] && joined=1 || joined=
  done
  COMPREPLY=()
  while IFS= read -r line; do
    [[ $line == :* ]] || COMPREPLY+=("\${line%%$'\\t'*}")
  done < <(countersign complete -- "\${words[@]}" 2>/dev/null)
}
complete -o default -F _countersign countersign
`,
  zsh: `#compdef countersign
# zsh completion of countersign: countersign complete zsh > "\${fpath[1]}/_countersign"
_countersign() {
  local -a found
  local line
  while IFS= read -r line; do
    [[ $line == :* ]] && continue
    found+=("\${\${line%%$'\\t'*}//:/\\\\:}:\${line#*$'\\t'}")
  done < <(countersign complete -- "\${(@)words[2,CURRENT]}" 2>/dev/null)
  # What is offered is the value alone.
  [[ $words[CURRENT] == --*=* ]] && compset -P '*='
  if (( \${#found} )); then _describe countersign found; else _files; fi
}
compdef _countersign countersign
`,
  fish: `# fish completion of countersign: countersign complete fish > ~/.config/fish/completions/countersign.fish
function __countersign_complete
    set -l words (commandline -opc)
    set -l last (commandline -ct)
    # What is offered is the value alone, and fish looks for the whole word.
    set -l option (string replace --filter --regex '^(--[^=]+=).*' '$1' -- "$last")
    countersign complete -- $words[2..-1] "$last" 2>/dev/null | string match --invert --regex '^:' | string replace --regex -- '^' "$option"
end
complete --command countersign --arguments '(__countersign_complete)'
`,
}
