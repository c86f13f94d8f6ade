#include "plan.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "report.h"
#include "syscalls.h"

#define LONGEST_PLAN (64UL << 20)

struct reader {
    struct plan *plan;
    struct words lowers; /* collected for the next overlay */
    bool ended;
};

static _Noreturn void reject(const char *word) {
    errno = EINVAL;
    fail("parse", word);
}

static unsigned long number(const char *word, int base) {
    char *end;
    errno = 0;
    unsigned long value = strtoul(word, &end, base);
    if (errno != 0 || end == word || *end != 0) {
        reject(word);
    }
    return value;
}

static void append(struct words *words, char *word) {
    /* One more for the NULL that execve wants at the end. */
    if (words->count % 64 == 0) {
        words->at = must_allocate(words->at, (words->count + 65) * sizeof *words->at);
    }
    words->at[words->count++] = word;
    words->at[words->count] = NULL;
}

static struct op *new_op(struct reader *reader, enum kind kind, const char *target) {
    struct plan *plan = reader->plan;
    if (plan->op_count % 64 == 0) {
        plan->ops = must_allocate(plan->ops, (plan->op_count + 64) * sizeof *plan->ops);
    }
    struct op *op = &plan->ops[plan->op_count++];
    *op = (struct op){.kind = kind, .target = target, .tree = -1, .directory = true};
    return op;
}

static void read_flags(struct op *op, char *flags) {
    for (char *flag = strsep(&flags, ","); flag != NULL; flag = strsep(&flags, ",")) {
        if (strcmp(flag, "ro") == 0) {
            op->attributes |= MOUNT_ATTR_RDONLY;
        } else if (strcmp(flag, "nosuid") == 0) {
            op->attributes |= MOUNT_ATTR_NOSUID;
        } else if (strcmp(flag, "nodev") == 0) {
            op->attributes |= MOUNT_ATTR_NODEV;
        } else if (strcmp(flag, "noexec") == 0) {
            op->attributes |= MOUNT_ATTR_NOEXEC;
        } else if (strcmp(flag, "strictatime") == 0) {
            op->attributes |= MOUNT_ATTR_STRICTATIME;
        } else if (strcmp(flag, "shown") == 0) {
            op->shown = true;
        } else if (strcmp(flag, "optional") == 0) {
            op->optional = true;
        } else if (*flag != 0 && strcmp(flag, "rw") != 0) {
            reject(flag);
        }
    }
}

static struct code read_hexadecimal(const char *digits) {
    static const char values[] = "0123456789abcdef";
    struct code code = {.length = strlen(digits) / 2};
    code.at = must_allocate(NULL, code.length + 1);
    for (size_t i = 0; i < code.length; i++) {
        const char *high = strchr(values, digits[2 * i]);
        const char *low = strchr(values, digits[2 * i + 1]);
        if (high == NULL || low == NULL) {
            reject("hexadecimal");
        }
        code.at[i] = (unsigned char)((high - values) << 4 | (low - values));
    }
    return code;
}

static struct layers take_layers(struct reader *reader, char *upper, char *work) {
    struct layers layers = {reader->lowers, upper, work};
    reader->lowers = (struct words){0};
    return layers;
}

static void on_parent(struct reader *reader, char **word) {
    reader->plan->parent = (pid_t)number(word[0], 10);
}

static void on_status(struct reader *reader, char **word) {
    (void)reader;
    report_to(word[0]);
}

static void on_scratch(struct reader *reader, char **word) {
    reader->plan->scratch = word[0];
}

static void on_lower(struct reader *reader, char **word) {
    append(&reader->lowers, word[0]);
}

static void on_root(struct reader *reader, char **word) {
    reader->plan->root = take_layers(reader, word[0], word[1]);
}

static void on_read_only_root(struct reader *reader, char **word) {
    (void)word;
    reader->plan->read_only_root = true;
}

static void on_plain_root(struct reader *reader, char **word) {
    reader->plan->plain_root = word[0];
}

static void on_bundle(struct reader *reader, char **word) {
    reader->plan->bundle = word[0];
}

static void on_unseen(struct reader *reader, char **word) {
    append(&reader->plan->unseen, word[0]);
}

/* Of the mount before. */
static void on_stage(struct reader *reader, char **word) {
    struct plan *plan = reader->plan;
    if (plan->op_count == 0) {
        reject("stage");
    }
    plan->ops[plan->op_count - 1].staged = word[0];
}

static void on_mount(struct reader *reader, char **word) {
    struct op *op = new_op(reader, MOUNT, word[1]);
    op->type = word[0];
    op->data = word[3];
    read_flags(op, word[2]);
}

static void on_bind(struct reader *reader, char **word) {
    struct op *op = new_op(reader, BIND, word[1]);
    op->source = word[0];
    read_flags(op, word[2]);
}

static void on_overlay(struct reader *reader, char **word) {
    struct op *op = new_op(reader, OVERLAY, word[0]);
    op->source = word[1];
    op->layers = take_layers(reader, word[2], word[3]);
}

static void on_content(struct reader *reader, char **word) {
    struct op *op = new_op(reader, CONTENT, word[0]);
    op->mode = (mode_t)number(word[1], 8);
    op->uid = (uid_t)number(word[2], 10);
    op->gid = (gid_t)number(word[3], 10);
    read_flags(op, word[4]);
    op->content = read_hexadecimal(word[5]);
}

/* Mounted where it is to be, so that it can be anywhere. */
static void on_device(struct reader *reader, char **word) {
    struct op *op = new_op(reader, DEVICE, word[0]);
    op->mode = (mode_t)number(word[1], 8);
    op->device = makedev(number(word[2], 10), number(word[3], 10));
    op->uid = (uid_t)number(word[4], 10);
    op->gid = (gid_t)number(word[5], 10);
    op->attributes = MOUNT_ATTR_NOSUID | MOUNT_ATTR_NOEXEC;
}

static void on_node(struct reader *reader, char **word) {
    struct op *op = new_op(reader, NODE, word[0]);
    op->mode = (mode_t)number(word[1], 8);
    op->device = makedev(number(word[2], 10), number(word[3], 10));
}

static void on_link(struct reader *reader, char **word) {
    new_op(reader, LINK, word[1])->source = word[0];
}

static void on_mask(struct reader *reader, char **word) {
    new_op(reader, MASK, word[0]);
}

static void on_read_only(struct reader *reader, char **word) {
    new_op(reader, READ_ONLY, word[0]);
}

static void on_close(struct reader *reader, char **word) {
    struct op *op = new_op(reader, CLOSE, word[0]);
    op->source = word[1];
}

static void on_terminal(struct reader *reader, char **word) {
    (void)word;
    reader->plan->terminal = true;
    new_op(reader, CONSOLE, "/dev/console");
}

static void on_users(struct reader *reader, char **word) {
    reader->plan->users = (struct users){.lock = word[0],
                                         .first_user = (uid_t)number(word[1], 10),
                                         .first_group = (gid_t)number(word[2], 10),
                                         .all = number(word[3], 10),
                                         .count = number(word[4], 10)};
}

static void on_own_network(struct reader *reader, char **word) {
    (void)word;
    reader->plan->own_network = true;
}

static void on_network(struct reader *reader, char **word) {
    reader->plan->network = word[0];
    reader->plan->network_inode = number(word[1], 10);
}

static void on_keep_stdin(struct reader *reader, char **word) {
    (void)word;
    reader->plan->keep_stdin = true;
}

static void on_fuse_overlay(struct reader *reader, char **word) {
    reader->plan->fuse = word[0];
}

static void on_copied(struct reader *reader, char **word) {
    (void)word;
    reader->plan->copied = true;
}

static void on_classic_overlay(struct reader *reader, char **word) {
    (void)word;
    reader->plan->classic_overlay = true;
}

static void on_user_xattr(struct reader *reader, char **word) {
    (void)word;
    reader->plan->user_xattr = true;
}

static void on_keep_groups(struct reader *reader, char **word) {
    (void)word;
    reader->plan->keep_groups = true;
}

static void on_hostname(struct reader *reader, char **word) {
    reader->plan->hostname = word[0];
}

static void on_cgroup(struct reader *reader, char **word) {
    append(&reader->plan->cgroups, word[0]);
}

static void on_cgroup_directory(struct reader *reader, char **word) {
    reader->plan->cgroup_directory = word[0];
}

static void on_device_filter(struct reader *reader, char **word) {
    reader->plan->device_filter = read_hexadecimal(word[0]);
}

static void on_device_filter_required(struct reader *reader, char **word) {
    (void)word;
    reader->plan->filter_required = true;
}

static void on_root_devices(struct reader *reader, char **word) {
    (void)word;
    reader->plan->root_devices = true;
}

static void on_limit(struct reader *reader, char **word) {
    struct limits *limits = &reader->plan->limits;
    limits->at = must_allocate(limits->at, (limits->count + 1) * sizeof *limits->at);
    limits->at[limits->count++] = (struct limit){(int)number(word[0], 10), number(word[1], 10), number(word[2], 10)};
}

static void on_cwd(struct reader *reader, char **word) {
    reader->plan->cwd = word[0];
    reader->plan->cwd_uid = (uid_t)number(word[1], 10);
    reader->plan->cwd_gid = (gid_t)number(word[2], 10);
}

static void on_arg(struct reader *reader, char **word) {
    append(&reader->plan->args, word[0]);
}

static void on_env(struct reader *reader, char **word) {
    append(&reader->plan->env, word[0]);
}

static void on_user(struct reader *reader, char **word) {
    reader->plan->uid = (uid_t)number(word[0], 10);
    reader->plan->gid = (gid_t)number(word[1], 10);
}

static void on_group(struct reader *reader, char **word) {
    struct ids *groups = &reader->plan->groups;
    groups->at = must_allocate(groups->at, (groups->count + 1) * sizeof *groups->at);
    groups->at[groups->count++] = (gid_t)number(word[0], 10);
}

static void on_capability(struct reader *reader, char **word) {
    reader->plan->capabilities |= 1ULL << (number(word[0], 10) & 63);
}

static void on_ambient(struct reader *reader, char **word) {
    (void)word;
    reader->plan->ambient = true;
}

static void on_no_new_privileges(struct reader *reader, char **word) {
    (void)word;
    reader->plan->no_new_privileges = true;
}

/* A program for the kernel's system call filter, eight bytes an instruction, in hexadecimal. */
static void on_seccomp(struct reader *reader, char **word) {
    struct code code = read_hexadecimal(word[0]);
    size_t steps = code.length / sizeof(struct sock_filter);
    if (steps == 0 || code.length % sizeof(struct sock_filter) != 0 || steps > BPF_MAXINSNS) {
        reject("seccomp");
    }
    reader->plan->seccomp.len = (unsigned short)steps;
    reader->plan->seccomp.filter = (struct sock_filter *)(void *)code.at;
}

static void on_remove(struct reader *reader, char **word) {
    (void)word;
    reader->plan->remove = true;
}

static void on_holder(struct reader *reader, char **word) {
    append(&reader->plan->holder, word[0]);
}

static void on_end(struct reader *reader, char **word) {
    (void)word;
    reader->ended = true;
}

static const struct {
    const char *name;
    size_t arguments;
    void (*read)(struct reader *reader, char **word);
} operations[] = {
    {"parent", 1, on_parent},
    {"status", 1, on_status},
    {"scratch", 1, on_scratch},
    {"lower", 1, on_lower},
    {"root", 2, on_root},
    {"read-only-root", 0, on_read_only_root},
    {"plain-root", 1, on_plain_root},
    {"bundle", 1, on_bundle},
    {"unseen", 1, on_unseen},
    {"stage", 1, on_stage},
    {"mount", 4, on_mount},
    {"bind", 3, on_bind},
    {"overlay", 4, on_overlay},
    {"content", 6, on_content},
    {"device", 6, on_device},
    {"node", 4, on_node},
    {"link", 2, on_link},
    {"mask", 1, on_mask},
    {"read-only", 1, on_read_only},
    {"close", 2, on_close},
    {"terminal", 0, on_terminal},
    {"users", 5, on_users},
    {"own-network", 0, on_own_network},
    {"network", 2, on_network},
    {"keep-stdin", 0, on_keep_stdin},
    {"classic-overlay", 0, on_classic_overlay},
    {"fuse-overlay", 1, on_fuse_overlay},
    {"copied", 0, on_copied},
    {"user-xattr", 0, on_user_xattr},
    {"keep-groups", 0, on_keep_groups},
    {"hostname", 1, on_hostname},
    {"cgroup", 1, on_cgroup},
    {"cgroup-directory", 1, on_cgroup_directory},
    {"device-filter", 1, on_device_filter},
    {"device-filter-required", 0, on_device_filter_required},
    {"root-devices", 0, on_root_devices},
    {"limit", 3, on_limit},
    {"cwd", 3, on_cwd},
    {"arg", 1, on_arg},
    {"env", 1, on_env},
    {"user", 2, on_user},
    {"group", 1, on_group},
    {"capability", 1, on_capability},
    {"ambient", 0, on_ambient},
    {"no-new-privileges", 0, on_no_new_privileges},
    {"seccomp", 1, on_seccomp},
    {"remove", 0, on_remove},
    {"holder", 1, on_holder},
    {"end", 0, on_end},
};

static size_t read_operation(struct reader *reader, char **word, size_t left) {
    for (size_t i = 0; i < sizeof operations / sizeof *operations; i++) {
        if (strcmp(operations[i].name, word[0]) == 0) {
            if (operations[i].arguments >= left) {
                reject(word[0]);
            }
            operations[i].read(reader, word + 1);
            return 1 + operations[i].arguments;
        }
    }
    reject(word[0]);
}

static char *read_all(int fd, size_t *length) {
    size_t room = 1 << 16;
    char *text = must_allocate(NULL, room);
    *length = 0;
    for (;;) {
        ssize_t got = read(fd, text + *length, room - *length);
        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got < 0) {
            fail("read", "operations");
        }
        if (got == 0) {
            return text;
        }
        *length += (size_t)got;
        if (*length == room) {
            if (room > LONGEST_PLAN) {
                reject("too long");
            }
            text = must_allocate(text, room *= 2);
        }
    }
}

static struct words split(char *text, size_t length) {
    struct words words = {0};
    if (length == 0 || text[length - 1] != 0) {
        reject("cut short");
    }
    for (char *word = text; word < text + length; word += strlen(word) + 1) {
        append(&words, word);
    }
    return words;
}

bool has_source(const struct op *op) {
    return op->kind == BIND || op->kind == OVERLAY || op->kind == CONTENT || op->kind == DEVICE;
}

void read_plan(int fd, struct plan *plan) {
    size_t length;
    char *text = read_all(fd, &length);
    struct words words = split(text, length);
    struct reader reader = {.plan = plan};
    for (size_t i = 0; i < words.count && !reader.ended;) {
        i += read_operation(&reader, words.at + i, words.count - i);
    }
    free(words.at);
    if (!reader.ended || plan->args.count == 0 || plan->scratch == NULL ||
        (plan->root.upper == NULL && plan->plain_root == NULL)) {
        reject("incomplete");
    }
}
