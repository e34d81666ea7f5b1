// Who of a command is still there, found by a shell that may not be able to fork: POSIX sh, built-in commands alone.
//
// A command's processes are those that began when it did or later and do not belong to somebody else. No process can change when it
// began, so leaving its session, its parent, its environment or ignoring signals hides nothing. It belongs to somebody else when it has
// an older process, or another command's shell, among its parents or as the leader of its session.

/**
 * Defines `survivors TICK "KEEP…" "OTHERS…"`: sets `found` to the processes that began at clock tick TICK (1/100 s since boot) or
 * later; not those in KEEP; not those in OTHERS or of them. `gone` is not empty when a process ended while it was looked at: what it
 * may have started meanwhile is not in `found`.
 */
export const survivorsFunction = `survivors() {
  tick=$1 keep=" $2 " others=" $3 " found= gone=
  for dir in /proc/[0-9]*; do
    pid=\${dir#/proc/} stat=
    case $keep in *" $pid "*) continue ;; esac
    { while IFS= read -r line; do stat="$stat$line"; done < "$dir/stat"; } 2>/dev/null
    set -- \${stat##*) }
    case $1 in '') gone=yes; continue ;; [ZX]) continue ;; esac
    if [ "\${20}" -lt "$tick" ]; then others="$others$pid "; else found="$found $pid:$2:$4"; fi
  done
  rest=
  while [ "$found" != "$rest" ]; do
    rest=$found found=
    for process in $rest; do
      pid=\${process%%:*} parents=\${process#*:}
      case $others in
        *" \${parents%:*} "* | *" \${parents#*:} "* | *" $pid "*) others="$others$pid " ;;
        *) found="$found $process" ;;
      esac
    done
  done
  rest=$found found=
  for process in $rest; do found="$found \${process%%:*}"; done
}
`;
