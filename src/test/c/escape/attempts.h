/*
 * Attempts to get out of a container, or to change the machine from inside of one. Each returns 0 when it succeeded, and
 * otherwise the error number that held it. Where succeeding would hurt the machine, an attempt is made with an argument that
 * the kernel looks at only once it has granted the privilege: what it says about the argument is a success then.
 */
#ifndef ATTEMPTS_H
#define ATTEMPTS_H

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/* In which of the surroundings without a sandbox it has to succeed. */
enum control {
    CHROOT, /* a root directory, and all privileges */
    PLAIN   /* the machine itself, for what the kernel denies to those with another root directory */
};

struct attempt {
    const char *name;
    int (*make)(void);
    enum control control;
    int capability; /* which root may lack on this machine; 0 for none */
};

extern const struct attempt file_attempts[];
extern const struct attempt kernel_attempts[];
extern const struct attempt mount_attempts[];
extern const struct attempt network_attempts[];
extern const struct attempt process_attempts[];
extern const struct attempt privilege_attempts[];

/* What is to be reached, on the machine. */
struct prey {
    const char *file;   /* which only the machine has */
    const char *text;   /* what is in it */
    const char *socket; /* an abstract name */
    const char *queue;
    pid_t process;
    int memory;         /* the key of shared memory */
    int key;            /* of the user's keyring */
    int port;           /* of 127.0.0.1 */
    unsigned disk;      /* the device of the machine's root file system */
};

extern struct prey prey;

/* 0, or the error number. */
static inline int result(long returned) {
    return returned >= 0 ? 0 : errno;
}

/* The same for a call whose argument is wrong: 0 if that is what the kernel minds. */
static inline int unless(long returned, int complaint) {
    return returned >= 0 || errno == complaint ? 0 : errno;
}

/* Whether a file holds the text of the prey. */
int read_prey(int directory, const char *path);

/* Opens a file for writing and writes what it holds. */
int rewrite(const char *path);

/* An empty directory to mount things on. */
const char *spot(void);

#endif
