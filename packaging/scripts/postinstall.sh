#!/bin/sh
# The service is neither enabled nor started: its configuration has no account yet. An upgrade restarts it if it runs.
set -e
if [ -d /run/systemd/system ]; then
  systemctl daemon-reload
  systemctl try-restart contactcenter_exporter.service
fi
