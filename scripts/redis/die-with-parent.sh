#!/bin/sh
# die-with-parent.sh SIGNAL command args…
# Runs the command and signals it when standard input ends, which happens when the parent is gone, however it went.
# For systems without `setpriv --pdeathsig`.
signal=$1
shift
exec 3<&0
"$@" </dev/null 3<&- &
command=$!
{
  while read -r _ <&3; do :; done
  kill -"$signal" "$command"
} 2>/dev/null >/dev/null &
watchdog=$!
exec 3<&-
trap 'kill -TERM "$command" 2>/dev/null' TERM INT HUP
wait "$command"
code=$?
# A trapped signal ends `wait` early: wait again for the command itself.
while kill -0 "$command" 2>/dev/null; do
  wait "$command"
  code=$?
done
kill "$watchdog" 2>/dev/null
exit "$code"
