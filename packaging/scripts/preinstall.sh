#!/bin/sh
# Runs before the files are unpacked, which belong to this user.
set -e
user=contactcenter_exporter
if ! getent group "$user" >/dev/null; then
  if command -v groupadd >/dev/null; then groupadd --system "$user"; else addgroup -S "$user"; fi
fi
if ! getent passwd "$user" >/dev/null; then
  if command -v useradd >/dev/null; then
    useradd --system --gid "$user" --home-dir /var/lib/contactcenter_exporter --no-create-home --shell /usr/sbin/nologin "$user"
  else
    adduser -S -D -H -G "$user" -h /var/lib/contactcenter_exporter -s /sbin/nologin "$user"
  fi
fi
