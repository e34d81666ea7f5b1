// Who of a command is still there, found by a shell that may not be able to fork: POSIX sh, built-in commands alone.
//
// A command's processes are those that began when it did or later and are not of somebody else's command. No process can change when
// it began, so leaving its session, its parent or its environment and ignoring signals hides nothing. It is somebody else's when it has,
// among its parents or as the leader of its session, an older process, or one that the engine started (whose parent is 0).

/**
 * Defines `leftover processes TICK SHELLS`: sets `found` to the processes that began at clock tick TICK (1/100 s since boot) or later for the
 * command that one of SHELLS runs; not SHELLS. `gone` is not empty when a process ended while it was looked at: what it may have started
 * meanwhile is not in `found`.
 */
export const leftoverFunction = `leftovers() {
  tick=$1 keep=" 1 $$ $2 " others=' ' found= gone=
  for dir in /proc/[0-9]*; do
    pid=\${dir#/proc/} stat=
    case $keep in *" $pid "*) continue ;; esac
    { while IFS= read -r line; do stat="$stat$line"; done < "$dir/stat"; } 2>/dev/null
    set -- \${stat##*) }
    case $1 in '') gone=yes; continue ;; [ZX]) continue ;; esac
    if [ "$2" = 0 ] || [ "\${20}" -lt "$tick" ]; then others="$others$pid "; else found="$found $pid:$2:$4"; fi
  done
  rest=
  while [ "$found" != "$rest" ]; do
    rest=$found found=
    for process in $rest; do
      parents=\${process#*:}
      case $others in
        *" \${parents%:*} "* | *" \${parents#*:} "*) others="$others\${process%%:*} " ;;
        *) found="$found $process" ;;
      esac
    done
  done
  rest=$found found=
  for process in $rest; do found="$found \${process%%:*}"; done
}
`;
