/* What a container printed, in a file. */
#ifndef LOG_H
#define LOG_H

#include <stdbool.h>

/* Opens the file, made when missing. */
void open_log(const char *path);

/* Writes what can be read into the log, as that of a stream; false at the end, or when there is nothing now. */
bool log_from(int fd, const char *stream);

#endif
