/* Finds out by doing what this process may do, for people who want to know why something doesn't work. */
#ifndef PROBE_H
#define PROBE_H

/*
 * Tries things in an empty directory, and prints a line for each: its name, 0 or errno, and that in words. What the attempts
 * leave behind is in the directory.
 */
int probe(const char *directory);

#endif
