"""The admin as people use it, in Debian's Chromium: skipped where there is none."""
