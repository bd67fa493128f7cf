# SPDX-License-Identifier: GPL-3.0-or-later
# bash completion for simcost; printed by `simcost completion`
_simcost()
{
    local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]} options
    COMPREPLY=()
    case $before in
    --color) COMPREPLY=($(compgen -W 'auto always never' -- "$word")); return ;;
    models) COMPREPLY=($(compgen -W "--names $(simcost models --names 2>/dev/null)" -- "$word")); return ;;
    help) COMPREPLY=($(compgen -W 'run validate explain models bill books price diff schema init help completion exit-codes output sets scenario environment' -- "$word")); return ;;
    esac
    case ${COMP_WORDS[1]} in
    run) options='--json --csv --focus --markdown --detail --output --records --hgrm --follow --architecture --check --set --seed --precision --replications --slices --jobs --quiet --color --help --version' ;;
    validate) options='--set --seed --precision --replications --quiet --help --version' ;;
    explain) options='--output --set --seed --precision --replications --help --version' ;;
    models) options='--names --help --version' ;;
    bill) options='--json --csv --focus --output --set --book --free --quiet --help --version' ;;
    books) options='--json --detail --help --version' ;;
    price) options='--json --csv --focus --markdown --detail --output --hgrm --check --book --free --quiet --color --help --version' ;;
    diff) options='--json --csv --output --architecture --help --version' ;;
    schema) options='--output --help --version' ;;
    init) options='--output --help --version' ;;
    help) options='--help --version' ;;
    completion) options='--help --version' ;;
    *) options='--json --csv --focus --markdown --detail --output --records --hgrm --follow --architecture --check --set --seed --precision --replications --slices --jobs --quiet --color --help --version' ;;
    esac
    if [[ $word == -* ]]; then
        COMPREPLY=($(compgen -W "$options" -- "$word"))
    else
        [[ $COMP_CWORD == 1 ]] && COMPREPLY=($(compgen -W 'run validate explain models bill books price diff schema init help completion' -- "$word"))
        COMPREPLY+=($(compgen -f -- "$word"))
    fi
}
complete -o filenames -F _simcost simcost
