#!/bin/sh
# The browser tests drive Debian's Chromium. Install it where that is possible; say so plainly where it is not.
command -v chromium >/dev/null 2>&1 && exit 0
if command -v apt-get >/dev/null 2>&1; then
    as_root=""
    [ "$(id -u)" = 0 ] || as_root="sudo -n"
    echo "Installing Chromium for the browser tests"
    $as_root apt-get update -qq >/dev/null &&
        DEBIAN_FRONTEND=noninteractive $as_root apt-get install -qq -y --no-install-recommends \
            chromium fonts-noto-cjk fonts-noto-core >/dev/null && exit 0
fi
echo "NOTE: Chromium is not installed and could not be: the browser tests will be skipped." >&2
echo "      Install it with your package manager (Debian: apt-get install chromium fonts-noto-cjk)." >&2
