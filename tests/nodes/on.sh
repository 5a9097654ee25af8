#!/bin/bash
# Takes the place of ssh between the nodes of three.sh:
#   on.sh [OPTIONS] NODE COMMAND...
while [[ $1 == -* ]]; do shift; done
node=$1
shift
exec nsenter --net="/run/netns/$node" unshare --uts bash -c "hostname $node; $*"
