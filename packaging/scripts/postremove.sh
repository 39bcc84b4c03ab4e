#!/bin/sh
# Counters and cursors outlive the package; only purge, which deb alone has, deletes them. The user stays, as Debian advises:
# a new user with its number would own whatever it left elsewhere.
set -e
if [ -d /run/systemd/system ]; then
  systemctl daemon-reload
fi
if [ "${1:-}" = purge ]; then
  rm -rf /var/lib/contactcenter_exporter
fi
