/* How the launcher tells its caller what happened: records of NUL-terminated fields in the status file. */
#ifndef REPORT_H
#define REPORT_H

#include <stdbool.h>

/* Exit status when the set-up failed; the record tells the cause. */
#define SETUP_FAILED 125

/* Opens the status file; what fails before goes to standard error. */
void report_to(const char *path);

/* Writes one record: a kind and `count` fields. */
void report(const char *kind, int count, ...);

/* Whether the status file has any record. */
bool has_reported(void);

/* Reports that a call failed with errno, for what it was made, and ends this process. */
_Noreturn void fail(const char *call, const char *about);

/* Reports that the command itself can't be executed, and ends with the status shells use for it. */
_Noreturn void fail_to_exec(int status, const char *message);

void *must_allocate(void *old, unsigned long size);

#endif
