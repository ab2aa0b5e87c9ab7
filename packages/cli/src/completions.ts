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

/** What a verb takes: a word of its own, and options, long and in the order of its help. */
interface Completed {
  verb: string;
  words: readonly string[];
  options: readonly string[];
}

export const completions: Verb = {
  help: HELP,
  options: {},
  words: ['bash', 'zsh', 'fish'],
  async run([shell = '', ...more], { out }) {
    const print = Object.hasOwn(SHELLS, shell) ? SHELLS[shell] : undefined;
    if (!print || more.length > 0) misused('name one shell: bash, zsh or fish');
    const completed = await Promise.all(
      Object.entries(VERBS).map(async ([verb, load]): Promise<Completed> => {
        const { words = [], options } = await load();
        return {
          verb,
          words,
          options: [...Object.keys(options), 'help'].map((name) => `--${name}`),
        };
      }),
    );
    out(print(completed));
    return EXIT.valid;
  },
};

/** Files are completed after an option that takes a value: most of them name one. */
const SHELLS: Record<string, (all: readonly Completed[]) => string> = {
  bash: (all) => `# bash completion for driftlock
_driftlock() {
  local word=\${COMP_WORDS[COMP_CWORD]} verb=\${COMP_WORDS[1]} words= options=
  case $COMP_CWORD:$verb in
    1:*) words="${verbsOf(all)} --help --version" ;;
${withWords(all)
  .map(({ verb, words }) => `    2:${verb}) words="${words.join(' ')} --help" ;;`)
  .join('\n')}
  esac
  case $verb in
${all.map(({ verb, options }) => `    ${verb}) options="${options.join(' ')}" ;;`).join('\n')}
  esac
  case $word in -*) options="$words $options" ;; *) options=$words ;; esac
  COMPREPLY=($(compgen -W "$options" -- "$word"))
}
complete -o default -F _driftlock driftlock
`,
  zsh: (all) => `#compdef driftlock
_driftlock() {
  case $CURRENT:$words[2] in
    2:*) compadd -- ${verbsOf(all)} --help --version; return ;;
${withWords(all)
  .map(({ verb, words }) => `    3:${verb}) compadd -- ${words.join(' ')} --help; return ;;`)
  .join('\n')}
  esac
  case $words[2] in
${all.map(({ verb, options }) => `    ${verb}) compadd -- ${options.join(' ')} ;;`).join('\n')}
  esac
  _files
}
_driftlock "$@"
`,
  fish: (all) => `# fish completion for driftlock
complete -c driftlock -n __fish_use_subcommand -f -a "${verbsOf(all)}"
${withWords(all)
  .map(
    ({ verb, words }) =>
      `complete -c driftlock -n "__fish_seen_subcommand_from ${verb}; and not __fish_seen_subcommand_from ${words.join(' ')}" -f -a "${words.join(' ')}"`,
  )
  .join('\n')}
${all.flatMap(({ verb, options }) => options.map((option) => `complete -c driftlock -n "__fish_seen_subcommand_from ${verb}" -l ${option.slice(2)}`)).join('\n')}
`,
};

function verbsOf(all: readonly Completed[]): string {
  return all.map(({ verb }) => verb).join(' ');
}

function withWords(all: readonly Completed[]): readonly Completed[] {
  return all.filter(({ words }) => words.length > 0);
}
