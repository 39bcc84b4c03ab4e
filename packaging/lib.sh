# shellcheck shell=bash
# What the scripts beside it share.
fail() {
  echo "package: $*" >&2
  exit 1
}

# is NAME HAVE WANT demands that a value is as it should be.
is() { [ "$2" = "$3" ] || fail "$1 is '$2', not '$3'"; }

# has NAME EXPRESSION demands that a line of the standard input matches.
has() {
  local all
  all=$(cat)
  grep -Eq -- "$2" <<<"$all" || fail "$1 lacks $2:"$'\n'"$all"
}
