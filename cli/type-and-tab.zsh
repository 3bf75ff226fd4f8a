# Types lines and Tab into a shell on a terminal of its own, for completion.slow.test.ts, and prints
# what the shell then has on its line. Control-T shows that and empties the line. It does both, as a
# terminal that is between two modes might take another key for itself.
#
# zsh -f type-and-tab.zsh SHELL SCRIPT LINE...
zmodload zsh/zpty
shell=$1 script=$2
shift 2
if [[ $shell == bash ]]; then
  zpty typist 'env TERM=dumb INPUTRC=/dev/null bash --noprofile --norc -i'
  show='echo "{{$READLINE_LINE}}"; READLINE_LINE='
  setup="bind 'set enable-bracketed-paste off'; bind -x '\"\C-t\": $show'"
else
  zpty typist 'env TERM=dumb zsh -f -i'
  setup='unsetopt zle_bracketed_paste; autoload -U compinit; compinit -D -u
    show() { print -r -- "{{$BUFFER}}" >$TTY; BUFFER= }; zle -N show; bindkey "^T" show'
fi
# The quotes keep the echo of this line from being taken for its outcome.
zpty -w typist "$setup; source $script; echo rea''dy"
zpty -r typist out '*ready*'
for line; do
  zpty -w -n typist "$line"$'\t\x14'
  zpty -r typist out '*{{*}}*'
  out=${out##*\{\{}
  print -r -- "${out%\}\}*}"
done
zpty -w typist exit
zpty -d typist
