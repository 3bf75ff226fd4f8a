/**
 * The scripts by which bash and zsh complete. Each is a table of words, which both read, and what
 * looks up in it what can stand at the cursor.
 */
import { PART_NAMES } from '../checker/trace/setup.ts';
import type { Command } from './command.ts';
import type { SHELLS, Values } from './value-words.ts';
import { argumentOf, behindOption, valuesOfFields, wordsOfPart } from './value-words.ts';

/** What a `case` does for one name. */
type Branch = readonly [name: string, does: string];

const cases = (branches: readonly Branch[]): string =>
  ['  case $1 in', ...branches.map(([name, does]) => `    ${name}) ${does} ;;`), '  esac'].join(
    '\n',
  );

const choices = (words: readonly string[]): string => `choices='${words.join(' ')}'`;

function valuesBranch(name: string, values: Values | undefined): Branch[] {
  if (values === undefined) return [];
  if ('part' in values) return [[name, `part=${values.part}`]];
  const files = values.files ? ['files=1'] : [];
  return [
    [name, [...files, ...(values.words.length > 0 ? [choices(values.words)] : [])].join(' ')],
  ];
}

/** The options behind which a value stands in the next word. It may also stand behind `=`. */
const valued = ({ options }: Command): string[] =>
  Object.keys(options).filter((name) => options[name].type === 'string' && name !== BEHIND_SIGN);

/** It has its value behind `=`, or none. */
const BEHIND_SIGN = 'no-reduction';

/** The tables, in the words that both shells understand. */
function tables(commands: readonly Command[]): string {
  const options = new Set(commands.flatMap((command) => Object.keys(command.options)));
  const dashed = (names: readonly string[]) => names.map((name) => `--${name}`).join(' ');
  const known = commands.map((command): Branch => {
    const all = dashed([...Object.keys(command.options), 'help']);
    return [command.name, `options='${all}' valued='${dashed(valued(command))}'`];
  });
  const values = [
    ...[...options].flatMap((name) => valuesBranch(`--${name}`, behindOption(name))),
    ...commands.flatMap(({ name }) => valuesBranch(name, argumentOf(name))),
    ...PART_NAMES.map((part): Branch => [`${part}:`, choices(wordsOfPart(part))]),
    ...valuesOfFields().map(([name, words]): Branch => [`${name}=`, choices(words)]),
  ];
  return `# The options of a command, and those of them that have a value.
_youngcheck_options() {
${cases(known)}
}

# What can stand behind an option or a command, in a part, and behind a field.
_youngcheck_values() {
${cases(values)}
}`;
}

const head = (shell: string): string =>
  `# Completes the command line of youngcheck. Written by: youngcheck completion ${shell}`;

const BASH = `\
_youngcheck() {
  local choices="" part="" files="" options="" valued=""
  local line=\${COMP_LINE:0:COMP_POINT} i=$COMP_CWORD
  local typed=\${line##*[[:blank:]\\'\\"=,]} pair=\${line##*[[:blank:]\\'\\"]}
  # For bash a word with = is several words.
  while ((i > 1)) && [[ \${COMP_WORDS[i]} == =* || \${COMP_WORDS[i - 1]} == = ]]; do
    ((i--))
  done
  local word=\${COMP_WORDS[i]} option=\${COMP_WORDS[i - 1]}
  _youngcheck_options "\${COMP_WORDS[1]}"
  if [[ $word == --* && ($word == *=* || \${COMP_WORDS[i + 1]} == =) ]]; then
    option=\${word%%=*} valued=\${word%%=*} pair=\${pair#--*=} word=
  fi
  if ((COMP_CWORD == 1)); then
    choices=$_youngcheck_commands
  elif [[ $word == -* ]]; then
    choices=$options
  elif [[ $option == --* && " $valued " == *" $option "* ]]; then
    _youngcheck_values "$option"
  else
    _youngcheck_values "\${COMP_WORDS[1]}"
  fi
  if [[ -n $part ]]; then
    # Another field, or another member of a list, may follow.
    compopt -o nospace
    if [[ $pair == *=* ]]; then part=\${pair%%=*}=; else part=$part:; fi
    _youngcheck_values "$part"
  fi
  mapfile -t COMPREPLY < <(compgen -W "$choices" -P "\${2%"$typed"}" -- "$typed")
  if [[ -n $files ]]; then
    compopt -o filenames
    mapfile -t -O "\${#COMPREPLY[@]}" COMPREPLY < <(compgen -f -- "$2")
  fi
}

complete -F _youngcheck youngcheck
`;

const bash = (commands: readonly Command[]): string => `\
${head('bash')}

_youngcheck_commands='${commands.map(({ name }) => name).join(' ')} --help --version'

${tables(commands)}

${BASH}`;

const ZSH = `\
_youngcheck() {
  local choices= part= files= options= valued= option=$words[CURRENT-1] command=$words[2]
  if ((CURRENT == 2)); then
    _describe command _youngcheck_commands
    compadd -- --help --version
    return
  fi
  _youngcheck_options $command
  if compset -P 1 '--*='; then
    option=\${IPREFIX%=} valued=\${IPREFIX%=}
  elif [[ $PREFIX == -* ]]; then
    compadd -- \${=options}
    return
  fi
  if [[ $option == --* && " $valued " == *" $option "* ]]; then
    _youngcheck_values $option
  else
    _youngcheck_values $command
  fi
  if [[ -n $part ]]; then
    local pair=\${PREFIX##*[[:blank:]\\'\\"]}
    if [[ $pair == *=* ]]; then part=\${pair%%=*}=; else part=$part:; fi
    _youngcheck_values $part
    compset -P '*[[:blank:]=,"'\\'']'
    # Another field, or another member of a list, may follow.
    compadd -Q -S '' -- \${=choices}
    return
  fi
  [[ -n $choices ]] && compadd -- \${=choices}
  [[ -n $files ]] && _files
}

# It is run at once as a file of $fpath, and later if it was evaluated.
if [[ $funcstack[1] == _youngcheck ]]; then _youngcheck; else compdef _youngcheck youngcheck; fi
`;

/** A text between single quotes, as shells read it. */
const quoted = (text: string): string => `'${text.replaceAll("'", String.raw`'\''`)}'`;

/** A command and what it does, as _describe reads them. */
const described = ({ name, summary }: Command): string =>
  `  ${quoted(`${name}:${summary.replaceAll(':', String.raw`\:`)}`)}`;

const zsh = (commands: readonly Command[]): string => `\
#compdef youngcheck
${head('zsh')}

typeset -ga _youngcheck_commands=(
${commands.map(described).join('\n')}
)

${tables(commands)}

${ZSH}`;

/** The script of each shell for some commands. */
export const SCRIPTS: Readonly<
  Record<(typeof SHELLS)[number], (commands: readonly Command[]) => string>
> = { bash, zsh };
