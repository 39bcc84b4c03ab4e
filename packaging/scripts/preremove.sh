#!/bin/sh
# The argument says what happens: deb remove or upgrade, rpm the number of versions that remain, apk none.
set -e
case "${1:-remove}" in
upgrade | failed-upgrade | 1) exit 0 ;;
esac
if [ -d /run/systemd/system ]; then
  systemctl --no-reload disable --now contactcenter_exporter.service
fi
