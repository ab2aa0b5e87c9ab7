/** `driftlock completions`: what bash, zsh and fish need to complete a command line. */
import { misused } from './cli-error.js';
import { EXIT } from './exit.js';
import type { Verb } from './verb.js';
import { VERBS } from './verbs.js';

const HELP = `driftlock completions - print what a shell needs to complete driftlock

Usage
  driftlock completions bash | zsh | fish

Exit status
  0 printed   2 another shell was named

Examples
  driftlock completions bash > /etc/bash_completion.d/driftlock
  driftlock completions zsh > ~/.zfunc/_driftlock
  driftlock completions fish > ~/.config/fish/completions/driftlock.fish
`;

/** A verb with its options, long, in the order of its help. */
type Words = readonly [verb: string, options: readonly string[]];

export const completions: Verb = {
  help: HELP,
  options: {},
  word: true,
  async run([shell = '', ...more], { out }) {
    const print = Object.hasOwn(SHELLS, shell) ? SHELLS[shell] : undefined;
    if (!print || more.length > 0) misused('name one shell: bash, zsh or fish');
    const words = await Promise.all(
      Object.entries(VERBS).map(async ([verb, load]): Promise<Words> => {
        const { options } = await load();
        return [verb, [...Object.keys(options), 'help'].map((name) => `--${name}`)];
      }),
    );
    out(print(words));
    return EXIT.valid;
  },
};

/** Files are completed after an option that takes a value: most of them name one. */
const SHELLS: Record<string, (words: readonly Words[]) => string> = {
  bash: (words) => `# bash completion for driftlock
_driftlock() {
  local word=\${COMP_WORDS[COMP_CWORD]} options=
  if [ "$COMP_CWORD" = 1 ]; then
    COMPREPLY=($(compgen -W "${verbs(words)} --help --version" -- "$word"))
    return
  fi
  case \${COMP_WORDS[1]} in
${words.map(([verb, options]) => `    ${verb}) options="${options.join(' ')}" ;;`).join('\n')}
  esac
  case $word in -*) COMPREPLY=($(compgen -W "$options" -- "$word")) ;; esac
}
complete -o default -F _driftlock driftlock
`,
  zsh: (words) => `#compdef driftlock
_driftlock() {
  if (( CURRENT == 2 )); then
    compadd -- ${verbs(words)} --help --version
    return
  fi
  case $words[2] in
${words.map(([verb, options]) => `    ${verb}) compadd -- ${options.join(' ')} ;;`).join('\n')}
  esac
  _files
}
_driftlock "$@"
`,
  fish: (words) => `# fish completion for driftlock
complete -c driftlock -n __fish_use_subcommand -f -a "${verbs(words)}"
${words.flatMap(([verb, options]) => options.map((option) => fishLine(verb, option))).join('\n')}
`,
};

function verbs(words: readonly Words[]): string {
  return words.map(([verb]) => verb).join(' ');
}

function fishLine(verb: string, option: string): string {
  return `complete -c driftlock -n "__fish_seen_subcommand_from ${verb}" -l ${option.slice(2)}`;
}
