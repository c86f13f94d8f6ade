/* The first process of a container whose command is no good one: it reaps what others leave, and hands signals on. */
#ifndef REAPER_H
#define REAPER_H

/* Runs the command to its end; returns its exit status, or 128 + n if signal n killed it. */
int reap_for(char **command);

#endif
