#!/usr/bin/env bash
# down.sh STATE: ends what up.sh started there, by pid: the stand-in containers and their monitors too.
state=$(cd "$1" && pwd) && cd "$state" || exit 1
mapfile -t pids < <(cat node*/kubelet.pid ./*.pid node*/crio.pid node*/containerd.pid 2>/dev/null)
kill "${pids[@]}" 2>/dev/null
for _ in $(seq 50); do
  kill -0 "${pids[@]}" 2>/dev/null || break
  sleep 0.1
done
kill -9 "${pids[@]}" 2>/dev/null
rm -f ./*.pid node*/*.pid
mapfile -t monitors < <(ps -eo pid,args --no-headers | awk -v s="$state/" '/conmon|containerd-shim-runc-v2/ && index($0, s) {print $1}')
for monitor in "${monitors[@]}"; do
  mapfile -t containers < <(ps -o pid= --ppid "$monitor")
  kill -9 "${containers[@]}" "$monitor" 2>/dev/null
done
awk '{print $2}' /proc/mounts | grep "^$state/" | sort -r | xargs -r umount -l 2>/dev/null
true
