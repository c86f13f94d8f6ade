/* What to do, read from a flat list of NUL-terminated words: operations, each with a fixed number of arguments. */
#ifndef PLAN_H
#define PLAN_H

#include <linux/filter.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct words {
    char **at;
    size_t count;
};

struct ids {
    gid_t *at;
    size_t count;
};

/* The directories of an overlay, topmost first. */
struct layers {
    struct words lowers;
    const char *upper;
    const char *work;
};

/* A limit of setrlimit(2). */
struct limit {
    int resource;
    uint64_t soft;
    uint64_t hard;
};

struct limits {
    struct limit *at;
    size_t count;
};

/* Users and groups of a namespace for the command alone: as many of a range of the machine's as it wants. */
struct users {
    const char *lock;       /* a file for all who choose users on this machine */
    uid_t first_user;       /* of the range; of those that were chosen, then */
    gid_t first_group;
    uint64_t all;           /* how many the range has */
    uint64_t count;         /* how many are wanted; 0 for no namespace */
    int namespace;          /* one in which they are mapped, once chosen */
};

struct code {
    unsigned char *at;
    size_t length;
};

enum kind { MOUNT, BIND, OVERLAY, CONTENT, DEVICE, NODE, LINK, MASK, READ_ONLY, CONSOLE, CLOSE };

/* One change to the tree of the new root; they are made in order. */
struct op {
    enum kind kind;
    const char *target;
    const char *source;     /* BIND: path on the host; LINK: where it leads; OVERLAY: path inside it */
    const char *type;       /* MOUNT */
    const char *data;       /* MOUNT */
    uint64_t attributes;    /* MOUNT_ATTR_... */
    bool optional;          /* go on without it where the kernel doesn't have it */
    struct layers layers;   /* OVERLAY */
    struct code content;    /* CONTENT: what the file holds */
    mode_t mode;            /* NODE, CONTENT, DEVICE */
    uid_t uid;              /* CONTENT, DEVICE */
    gid_t gid;              /* CONTENT, DEVICE */
    dev_t device;           /* NODE, DEVICE */
    bool shown;             /* BIND: whether its files seem to belong to the users of the namespace */
    int tree;               /* BIND, OVERLAY, CONTENT, DEVICE: the detached mount, once prepared */
    bool directory;         /* whether the target is a directory, once prepared */
    const char *resolved;   /* the target without symlinks, once known */
    const char *staged;     /* where a runtime finds it that mounts it itself */
};

/* Whether it is a mount that is prepared while paths of the host can be looked up. */
bool has_source(const struct op *op);

struct plan {
    pid_t parent;
    const char *scratch;
    struct layers root;
    const char *plain_root; /* a directory that is the root as it is: nothing is unshared and nothing mounted */
    struct words unseen;    /* mounts of the machine that the runtime isn't to see */
    const char *bundle;     /* the directory of one for an OCI runtime, which is the command: it makes the namespaces */
    struct op *ops;
    size_t op_count;
    struct users users;
    bool read_only_root;    /* once all that is missing has been made in it */
    int root_tree;          /* the detached mount of the root, if it is prepared before there are namespaces */
    bool own_network;
    const char *network;            /* the namespace to enter */
    unsigned long network_inode;
    bool keep_stdin;
    bool terminal;
    const char *fuse;       /* the program that overlays are served by, if the kernel is not to do it */
    bool copied;            /* there are no overlays: of each, the upper directory is all there is */
    bool classic_overlay;   /* mount overlays with mount(2) even where the newer calls are known */
    bool user_xattr;
    const char *hostname;
    struct words cgroups;           /* files that a process joins a cgroup by */
    const char *cgroup_directory;   /* of version 2, which the command is born into */
    struct code device_filter;      /* which devices that cgroup may use: a program for the kernel */
    bool filter_required;           /* whether nothing is run without it */
    bool root_devices;              /* whether device nodes of the root file system can be opened */
    const char *cwd;
    uid_t cwd_uid;
    gid_t cwd_gid;
    struct words args;
    struct words env;
    uid_t uid;
    gid_t gid;
    struct ids groups;
    bool keep_groups;               /* where the namespace lets nobody change them */
    uint64_t capabilities;
    bool ambient;                   /* whether users other than root have the capabilities, too */
    struct limits limits;
    bool no_new_privileges;
    struct sock_fprog seccomp;
    const char *container;          /* the directory of one that runs in the background */
    bool remove;                    /* whether that directory goes when the container ends */
    struct words holder;            /* what this program is called with to hold a network for it */
};

/* Reads the list to its end; opens the status file as soon as it is named. */
void read_plan(int fd, struct plan *plan);

#endif
