// The shell that SWE-agent's recordings were made in, for a session that replays them.

/** SWE-agent sets these itself. */
export const SWE_AGENT_ENV = { LANG: 'C.UTF-8', LC_ALL: 'C.UTF-8' };

/**
 * Run once in the session. SWE-ReX reads ~/.bashrc, where images activate their environments, and gives commands a terminal of 80 columns:
 * `ls` shows that by listing in columns, unless its output goes elsewhere.
 */
export const TERMINAL_STARTUP = `[ ! -f ~/.bashrc ] || { PS1=x; . ~/.bashrc; PS1=; } >/dev/null 2>&1
unalias ls 2>/dev/null
ls() { if [ /dev/stdout -ef /proc/$$/fd/1 ]; then command ls -C -w 80 "$@"; else command ls "$@"; fi; }
true`;
