#!/bin/bash
# Runs a command on the first of three nodes: network namespaces with a bridge between them.
#   unshare OPTIONS three.sh COMMAND...
# unshare gives it a machine of its own, which vanishes with it. When the file CUT appears, the third
# node loses its link.
set -e
mount -t tmpfs none /run
mkdir /run/netns
echo "127.0.0.1 localhost" >/run/hosts
ip netns add wires
ip -n wires link add bridge type bridge
ip -n wires link set bridge up
for i in 0 1 2; do
    ip netns add "node$i"
    ip -n "node$i" link set lo up
    ip link add eth0 netns "node$i" type veth peer name "port$i" netns wires
    ip -n wires link set "port$i" master bridge
    ip -n wires link set "port$i" up
    ip -n "node$i" addr add "10.99.7.$((i + 1))/24" dev eth0
    ip -n "node$i" link set eth0 up
    echo "10.99.7.$((i + 1)) node$i" >>/run/hosts
done
if [ -n "${CUT:-}" ]; then
    {
        until [ -e "$CUT" ]; do sleep 0.05; done
        ip -n node2 link set eth0 down
    } &
fi
mount --bind /run/hosts /etc/hosts
hostname node0
# Not replaced by the command: this shell is the first process, and its end is that of all others.
nsenter --net=/run/netns/node0 "$@"
